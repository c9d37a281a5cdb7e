"""Menus and keys: which actions there are, where each is, and what acts on the focus."""
