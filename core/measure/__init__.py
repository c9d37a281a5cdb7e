"""Train for real and time it: the clock, the timed train function, the environment, ``fit``."""
