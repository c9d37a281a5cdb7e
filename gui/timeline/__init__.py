"""The page Timeline: the picture of a trace, and what it says."""
