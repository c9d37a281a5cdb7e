"""The page *Python*: the settings as a script, or as a patch for the person's own files."""
