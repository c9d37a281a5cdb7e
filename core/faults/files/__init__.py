"""Faults of files: missing, damaged, locked, of another kind; one file each."""
