"""Commands that train or time a pipeline, and say what was measured."""
