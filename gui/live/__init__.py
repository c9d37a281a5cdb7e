"""The page *Live*: plots of the run that is under way and of those before it."""
