"""Reads files of data to their end and says what is damaged in them: a file for each kind."""
