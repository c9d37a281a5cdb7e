"""The Answer page: what limits training and which change helps."""
