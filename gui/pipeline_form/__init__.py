"""The form at the left: the pipeline as a chain of stages with their knobs."""
