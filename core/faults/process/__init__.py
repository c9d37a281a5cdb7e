"""Faults of the process: memory, threads, Python called from the pipeline."""
