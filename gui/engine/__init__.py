"""Where runs train, in the window: the choice, the process that waits, and the Stop."""
