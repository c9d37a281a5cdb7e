"""What speaks against trusting a figure: one kind of doubt a file."""
