"""A session as one file, in the window: exported and imported beside everything else."""
