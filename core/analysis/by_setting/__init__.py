"""A metric of runs against their settings: the numbers of every plot of it, without a plot."""
