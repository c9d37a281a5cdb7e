"""What the application knows and does, without a window."""

from core.session.session import Session

__all__ = ["Session"]
