"""What each chart shows, computed once. The window and the report only paint it."""
