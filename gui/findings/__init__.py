"""The page *Findings*: what is known to be wrong or costly about a pipeline."""
