"""Measures the trainings of a person's script while it runs as if nobody watched."""
