"""What runs say when they are compared: statistics, differences, doubts. No TensorFlow."""
