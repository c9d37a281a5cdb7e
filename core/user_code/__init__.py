"""A person's own file or script: found, opened, observed, built and trained."""
