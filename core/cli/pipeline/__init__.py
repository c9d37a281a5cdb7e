"""Commands that show what a pipeline is and can be, without training it."""
