"""Runs and their stages side by side."""
