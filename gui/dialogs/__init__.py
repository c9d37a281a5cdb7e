"""Windows that ask for something: a comparison, a sweep."""
