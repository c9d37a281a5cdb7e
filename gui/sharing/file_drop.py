"""A session's file among what is dragged over the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from core.session.sharing.format import ENDING


def session_file(data: QMimeData) -> Path | None:
    """The first session's file; None where there is none."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() == ENDING), None)
