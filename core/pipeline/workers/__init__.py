"""Python functions of a pipeline in worker threads and processes: ours, and a ``PyDataset``'s."""
