"""Faults of elements: shapes, batches, labels, and what the model takes."""
