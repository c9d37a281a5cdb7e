"""Sizes in pixels follow the size of text that the person chose."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

NORMAL_PX = 12
"""Size of text in pixels; what is given in pixels elsewhere is meant for this size."""
TEXT_SIZES_PX = (10, 11, NORMAL_PX, 13, 14, 15, 17, 20, 24)
"""From the smallest to twice the usual size."""
_THINNEST_SCALED_PX = 4
"""Lines stay as thin as they are."""


def px(pixels: float) -> int:
    """Pixels at the present size of text of what has so many at the usual one."""
    text_px = QGuiApplication.font().pixelSize()
    return _scaled(pixels, text_px if text_px > 0 else NORMAL_PX)


def scaled_sheet(sheet: str, text_px: int) -> str:
    """A style sheet that was written for the usual size of text, for another size."""
    return re.sub(r"(\d+)px", lambda size: f"{_scaled(int(size[1]), text_px)}px", sheet)


def sized(widget: QWidget, resize: Callable[[], object]) -> None:
    """Give a widget its size in pixels, now and whenever its text has another size.

    Args:
        widget: The widget; its size is of few letters or lines.
        resize: Gives it the size, in ``px``.
    """
    widget.installEventFilter(_Sizer(widget, resize))
    resize()


class _Sizer(QObject):
    """Calls a function when the text of a widget has another size."""

    def __init__(self, widget: QWidget, resize: Callable[[], object]) -> None:
        super().__init__(widget)
        self._resize = resize

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """See Qt."""
        if event.type() == QEvent.Type.FontChange:
            self._resize()
        return False


def _scaled(pixels: float, text_px: int) -> int:
    return round(pixels * text_px / NORMAL_PX) if pixels >= _THINNEST_SCALED_PX else round(pixels)
