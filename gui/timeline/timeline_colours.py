"""Colours of what a picture shows, from the window's theme."""

from __future__ import annotations

from PySide6.QtGui import QColor

from core.timeline.rows import Tone
from gui.theme import Theme, mixed


def tone_colour(theme: Theme, tone: Tone) -> QColor:
    """The colour of a part of a row; causes of idle time as everywhere else."""
    base = QColor(theme.base)
    colours = {
        Tone.WAIT: QColor(theme.causes[0]),
        Tone.HOST: QColor(theme.causes[1]),
        Tone.TRAIN: QColor(theme.runs[2]),
        Tone.STEP: QColor(theme.runs[2]),
        Tone.STAGE: QColor(theme.runs[0]),
        Tone.FUNCTION: QColor(theme.runs[5]),
        Tone.BUFFER: mixed(QColor(theme.runs[4]), base, 0.6),
        Tone.KERNEL: QColor(theme.runs[2]),
        Tone.COPY: QColor(theme.runs[1]),
        Tone.OTHER: QColor(theme.grid),
    }
    return colours[tone]
