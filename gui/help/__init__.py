"""The menu Help: documentation, keys, doctor, about."""
