"""Qt item models over values of ``core``."""
