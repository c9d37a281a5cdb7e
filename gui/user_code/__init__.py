"""Opening a person's own code, watching its files, and asking before it runs."""
