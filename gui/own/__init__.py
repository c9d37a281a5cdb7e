"""Opening a person's own code in the window: asking first, on a thread, and watching the file."""
