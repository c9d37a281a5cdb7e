"""Turn a part of the window into a picture: on the clipboard, as PNG or as SVG."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect
from PySide6.QtGui import QFont, QFontInfo, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from core.export.files import write_bytes
from core.model.errors import ExplorerError
from gui.state.app_state import AppState
from gui.widgets.file_dialogs import ask_save

_SCALE = 2


def copy_image(widget: QWidget) -> None:
    """Put a picture of the widget on the clipboard."""
    QGuiApplication.clipboard().setPixmap(_painted(widget))


def save_png(widget: QWidget, path: Path) -> None:
    """Write a picture of the widget, with ``_SCALE`` times its pixels each way.

    Raises:
        ExplorerError: The file cannot be written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    _painted(widget).save(buffer, "PNG")
    _write(path, buffer)


def save_svg(widget: QWidget, path: Path) -> None:
    """Write the widget as vector graphics.

    Raises:
        ExplorerError: The file cannot be written.
    """
    from PySide6.QtSvg import QSvgGenerator

    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle(widget.accessibleName())
    generator.setSize(widget.size())
    generator.setViewBox(QRect(0, 0, widget.width(), widget.height()))
    # Without it text comes out in another size than lines do.
    generator.setResolution(widget.logicalDpiX())
    painter = QPainter(generator)
    widget.render(painter, QPoint(0, 0))
    painter.end()
    _write(path, buffer, _with_real_fonts)


def add_picture_actions(
    menu: QMenu,
    widget: QWidget,
    app_state: AppState,
    name: str,
    make: Callable[[], QWidget] | None = None,
) -> None:
    """Add "Copy image", "Save PNG…" and "Save SVG…" of a widget to a menu.

    Args:
        menu: The menu.
        widget: What the picture shows.
        app_state: Is told what was saved and what went wrong.
        name: Name of the file that is suggested, without its ending.
        make: Lays out what the picture shows in a widget of its own; None for the widget as it is.
    """

    @contextmanager
    def pictured() -> Iterator[QWidget]:
        if make is None:
            yield widget
            return
        made = make()
        try:
            yield made
        finally:
            made.close()
            made.deleteLater()

    def copy() -> None:
        with pictured() as picture:
            copy_image(picture)
        app_state.message.emit("Image copied")

    def save(kind: str) -> None:
        ending = kind.lower()
        formats = {f"{kind} (*.{ending})": lambda path: write(kind, path)}
        ask_save(widget, f"Save {kind}", f"{name}.{ending}", formats)

    def write(kind: str, path: Path) -> None:
        try:
            with pictured() as picture:
                (save_png if kind == "PNG" else save_svg)(picture, path)
        except ExplorerError as error:
            app_state.failed.emit(str(error), error.details)
        else:
            app_state.message.emit(f"Saved {path}")

    menu.addAction("Copy image").triggered.connect(copy)
    menu.addAction("Save PNG…").triggered.connect(lambda: save("PNG"))
    menu.addAction("Save SVG…").triggered.connect(lambda: save("SVG"))


def _painted(widget: QWidget) -> QPixmap:
    """As sharp on paper and on other screens as lines and letters of this size can be."""
    pixmap = QPixmap(widget.size() * _SCALE)
    pixmap.setDevicePixelRatio(_SCALE)
    pixmap.fill(widget.palette().window().color())
    widget.render(pixmap)
    return pixmap


def _write(
    path: Path, buffer: QBuffer, change: Callable[[bytes], bytes] = lambda content: content
) -> None:
    write_bytes(path, change(bytes(buffer.data().data())))


def _with_real_fonts(svg: bytes) -> bytes:
    """Qt writes the alias that a font was asked for by; no other program knows it."""

    def real(match: re.Match[bytes]) -> bytes:
        family = QFontInfo(QFont(match.group(1).decode())).family()
        return f'font-family="{escape(family)}, sans-serif"'.encode()

    return re.sub(rb'font-family="([^"]*)"', real, svg)
