"""Types of the JSON documents that commands write."""
