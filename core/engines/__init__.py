"""Where a run trains: in this program, or isolated in a process of its own."""
