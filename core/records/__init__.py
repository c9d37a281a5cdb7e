"""Runs as bytes: events, plans and checksummed frames, for a run's log and for a pipe alike."""
