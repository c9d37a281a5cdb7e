"""Recordings of other programs: followed, looked for, checked and repaired."""
