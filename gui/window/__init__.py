"""The frame of the window: its bars and areas, how it looks, what it remembers, how it closes."""
