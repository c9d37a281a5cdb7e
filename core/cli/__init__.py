"""The command line: everything that needs no window."""

from core.cli.program import main

__all__ = ["main"]
