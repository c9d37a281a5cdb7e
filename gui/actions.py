"""The actions of the window, each declared once: text, key, what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class ActionGroup:
    """Actions that stand together, between lines.

    Attributes:
        menu: Where: ``File``, or ``Edit/Runs`` for a menu in a menu.
        actions: Gives them; asked only when they are about to be seen, since a page that was not
            shown yet is built for it.
        place: Where their keys work, in the list of keys.
    """

    menu: str
    actions: Callable[[], Iterable[QAction]]
    place: str = "Everywhere"


def action(
    parent: QWidget,
    text: str,
    keys: str | tuple[str, ...],
    does: Callable[[], object],
    help_text: str,
) -> QAction:
    """An action of the whole window.

    Args:
        parent: The window.
        text: Its name in the palette and on buttons.
        keys: Its keys as Qt writes them; empty for none.
        does: What it does.
        help_text: A sentence for the tooltip.
    """
    made = QAction(text, parent)
    sequences = (keys,) if isinstance(keys, str) else keys
    made.setShortcuts([QKeySequence(key) for key in sequences if key])
    shown = f" ({sequences[0]})" if sequences[0] else ""
    made.setToolTip(help_text + shown)
    made.triggered.connect(lambda _=False: does())
    parent.addAction(made)
    return made


def panel_action(
    panel: QWidget, text: str, short: str, key: str, does: Callable[[], object], help_text: str
) -> QAction:
    """An action of a panel; its key works while a part of the panel has the keyboard.

    Args:
        panel: The panel.
        text: Its name in the palette: clear by itself.
        short: Its name on the panel's buttons and menus.
        key: Its key as Qt writes it.
        does: What it does.
        help_text: A sentence for the tooltip.
    """
    made = action(panel, text, key, does, help_text)
    made.setIconText(short)
    made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    return made
