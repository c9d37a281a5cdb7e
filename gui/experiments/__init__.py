"""The page *Experiments*: comparisons and sweeps that are kept, and their results."""
