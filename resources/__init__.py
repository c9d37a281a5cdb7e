"""Icons, style and help texts."""
