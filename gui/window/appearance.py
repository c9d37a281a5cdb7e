"""Theme and size of text: what the person chose, or what the system asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QWidget

from gui.actions import action
from gui.state.app_state import AppState
from gui.state.ui_settings import UiSettings
from gui.text_size import NORMAL_PX, TEXT_SIZES_PX
from gui.theme import DARK, LIGHT, THEMES, Theme, apply_theme, system_theme

SYSTEM = "system"
_THEME, _TEXT = "theme", "text_px"


def remembered_theme(kept: UiSettings) -> Theme:
    """The theme that the person chose; without a choice the one that the system asks for."""
    return _named(kept.text(_THEME)) or system_theme()


def remembered_text_px(kept: UiSettings) -> int:
    """The size of text that the person chose; the usual one where there is none."""
    numbers = kept.numbers(_TEXT)
    return numbers[0] if len(numbers) == 1 and numbers[0] in TEXT_SIZES_PX else NORMAL_PX


class Appearance(QObject):
    """Puts theme and size of text on the application, and keeps them for the next start.

    Attributes:
        choice: Name of the chosen theme, or ``system``.
        text_px: Size of usual text in pixels.
        switch: Goes from light to dark, or back.
        themes: That, and one for each choice.
        sizes: Larger, smaller, usual.
    """

    def __init__(self, window: QWidget, app_state: AppState, kept: UiSettings) -> None:
        """Make the actions; theme and size were put on when the application began.

        Args:
            window: Has the actions.
            app_state: Tells everyone of another theme or size.
            kept: Remembers both.
        """
        super().__init__(window)
        self._app_state, self._kept = app_state, kept
        chosen = _named(kept.text(_THEME))
        self.choice = chosen.name if chosen is not None else SYSTEM
        self.text_px = remembered_text_px(kept)
        make = partial(action, window)
        self.switch = make("Light or dark", "Ctrl+T", self._switch, "Switch between light and dark")
        self._choices = self._make_choices(make)
        larger = make(
            "Larger text", ("Ctrl++", "Ctrl+="), partial(self.step, 1),
            "Make all text larger: tables, plots and dialogs too",
        )  # fmt: skip
        smaller = make("Smaller text", "Ctrl+-", partial(self.step, -1), "Make all text smaller")
        usual = make("Usual text size", "Ctrl+0", self.reset, "Give text the size it had at first")
        self.themes = (self.switch, *self._choices.values())
        self.sizes = (larger, smaller, usual)
        hints = QApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow_contrast)

    def take(self, other: Appearance) -> None:
        """Look as another window does that has put its theme and size on already."""
        self.choice, self.text_px = other.choice, other.text_px
        self._choices[self.choice].setChecked(True)
        self._kept.remember(_THEME, self.choice)
        self._kept.remember(_TEXT, (self.text_px,))
        self._app_state.set_theme(other._app_state.theme)

    def choose(self, choice: str) -> None:
        """Put a theme on, by its name; ``system`` follows the system from now on."""
        self._remember(choice)
        self._put_on(_named(choice) or system_theme())

    def step(self, by: int) -> None:
        """Make text so many steps larger."""
        at = TEXT_SIZES_PX.index(self.text_px) + by
        self._set_text(TEXT_SIZES_PX[min(max(at, 0), len(TEXT_SIZES_PX) - 1)])

    def reset(self) -> None:
        """Give text its usual size."""
        self._set_text(NORMAL_PX)

    def _make_choices(self, make: Callable[..., QAction]) -> dict[str, QAction]:
        group = QActionGroup(self)
        made = {
            SYSTEM: make(
                "Theme: as the system", "", partial(self.choose, SYSTEM),
                "Light, dark or high contrast as the system asks for, also when that changes",
            ),
            **{
                theme.name: make(
                    f"Theme: {theme.name}", "", partial(self.choose, theme.name),
                    f"Always {theme.name}",
                )
                for theme in THEMES
            },
        }  # fmt: skip
        for choice, chosen in made.items():
            chosen.setCheckable(True)
            chosen.setActionGroup(group)
            chosen.setChecked(choice == self.choice)
        return made

    def _switch(self) -> None:
        self.choose((LIGHT if self._app_state.theme.dark else DARK).name)

    def _follow(self, scheme: Qt.ColorScheme | None = None) -> None:
        if self.choice == SYSTEM:
            self._put_on(system_theme(scheme))

    def _follow_contrast(self, _preference: Qt.ContrastPreference) -> None:
        self._follow()

    def _remember(self, choice: str) -> None:
        self.choice = choice
        self._choices[choice].setChecked(True)
        self._kept.remember(_THEME, choice)

    def _set_text(self, text_px: int) -> None:
        self.text_px = text_px
        self._kept.remember(_TEXT, (text_px,))
        self._put_on(self._app_state.theme)
        self._app_state.message.emit(f"Text has {text_px} pixels.")

    def _put_on(self, theme: Theme) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, theme, self.text_px)
        self._app_state.set_theme(theme)


def _named(name: str) -> Theme | None:
    return next((theme for theme in THEMES if theme.name == name), None)
