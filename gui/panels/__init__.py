"""One part of the window per file."""
