"""A pipeline as a graph: as it is written, as TensorFlow executes it, and what belongs together."""
