"""What several parts of the window know: the session, the settings on the left, preferences."""
