"""Sweeps: their design, what they take, what came of them."""
