"""Worker processes that call Python functions of a pipeline. Knows nothing of TensorFlow."""
