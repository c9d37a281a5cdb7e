"""Colours of what a picture shows, from the window's theme."""

from __future__ import annotations

from PySide6.QtGui import QColor

from core.timeline.rows import EventKind
from gui.theme import Theme, mixed


def tone_colour(theme: Theme, tone: EventKind) -> QColor:
    """The colour of a part of a row; causes of idle time as everywhere else."""
    base = QColor(theme.base)
    colours = {
        EventKind.WAIT: QColor(theme.causes[0]),
        EventKind.HOST: QColor(theme.causes[1]),
        EventKind.TRAIN: QColor(theme.runs[2]),
        EventKind.STEP: QColor(theme.runs[2]),
        EventKind.STAGE: QColor(theme.runs[0]),
        EventKind.FUNCTION: QColor(theme.runs[5]),
        EventKind.BUFFER: mixed(QColor(theme.runs[4]), base, 0.6),
        EventKind.KERNEL: QColor(theme.runs[2]),
        EventKind.COPY: QColor(theme.runs[1]),
        EventKind.OTHER: QColor(theme.grid),
    }
    return colours[tone]
