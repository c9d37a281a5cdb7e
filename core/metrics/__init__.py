"""What is read off a run: one file per metric; the tuple in ``catalogue`` names them all."""
