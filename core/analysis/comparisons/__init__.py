"""Configurations against each other: differences, intervals, what else differed."""
