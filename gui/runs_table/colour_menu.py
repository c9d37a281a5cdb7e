"""The colours that a run can have, as a menu."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtWidgets import QMenu

from core.model.run import Label
from gui.theme import DASHES, RUN_COLOUR_NAMES, Theme
from gui.widgets.swatch import run_icon


def fill_colour_menu(
    menu: QMenu, theme: Theme, taken: Collection[int], choose: Callable[[int], object]
) -> None:
    """Offer each colour of the palette, dashed where another run has it already.

    Args:
        menu: The menu; what is in it goes.
        theme: Its colours.
        taken: Indices that other runs have.
        choose: Told the place of the colour that was chosen in the palette.
    """
    menu.clear()
    for place, name in enumerate(RUN_COLOUR_NAMES):
        label = Label(colour=free_index(place, taken))
        line = menu.addAction(run_icon(theme, label, small=True), name)
        line.triggered.connect(lambda _=False, place=place: choose(place))


def free_index(place: int, taken: Collection[int]) -> int:
    """The index of a colour with the first dashes that no other run has; solid where all are."""
    count = len(RUN_COLOUR_NAMES)
    dashed = (place + count * dash for dash in range(DASHES))
    return next((index for index in dashed if index not in taken), place)
