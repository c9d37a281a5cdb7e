"""The chain of stages that a person's own code makes, from the calls that were recorded of it."""
