"""Watches the calls of tf.data that someone's code makes, and puts other values into them."""
