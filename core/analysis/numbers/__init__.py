"""Statistics that know nothing of runs."""
