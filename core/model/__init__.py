"""Frozen values that every other part of the application speaks in. No Qt, no TensorFlow."""
