"""The window. Shows what ``core`` knows and hands it new settings; never imports TensorFlow."""
