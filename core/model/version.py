"""The version of the application, as what it writes says it."""

from __future__ import annotations

VERSION = "0.1.0"
"""The same as in ``pyproject.toml``; a test holds them together."""
