"""A session as one file: written here, and taken in from somewhere else without trusting it."""
