"""The page *Stages*: the pipeline as TensorFlow executes it."""
