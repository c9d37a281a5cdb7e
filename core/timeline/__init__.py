"""Traces of single steps: read, understood and put into words, without TensorFlow."""
