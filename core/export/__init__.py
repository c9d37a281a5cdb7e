"""Ways out of the application: one file each. No TensorFlow."""
