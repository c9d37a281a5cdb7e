"""What only the person can do about a limit: code to be written, with the gain to be expected."""
