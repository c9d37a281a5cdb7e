"""The page *Side by side*: selected runs in columns, or drawn over each other."""
