"""Recorded runs on disk. No TensorFlow."""
