"""The queue: the runs that wait."""
