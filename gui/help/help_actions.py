"""The actions of the menu Help but those on what has the focus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gui.actions import ActionGroup, action
from gui.state.app_state import AppState


class HelpActions(QObject):
    """Makes the actions and does what they say.

    Attributes:
        documentation, keys, example, doctor, about: The actions.
    """

    def __init__(
        self, window: QWidget, app_state: AppState, groups: Callable[[], Sequence[ActionGroup]]
    ) -> None:
        """Make them.

        Args:
            window: Has the actions, and dialogs open above it.
            app_state: Knows the folders in use; told to open the example.
            groups: Gives all actions, for the list of keys.
        """
        super().__init__(window)
        self._window, self._groups = window, groups
        self._folders = app_state.session.folders
        make = partial(action, window)
        self.documentation = make(
            "Documentation", "Ctrl+F1", self.show_documentation, "Open the documentation"
        )
        self.keys = make("Keys", "?", self.show_keys, "List all keys, by where they work")
        self.example = make(
            "Example session", "", app_state.example_wanted.emit,
            "Open recorded runs on what prefetch does, in a window of their own",
        )  # fmt: skip
        self.doctor = make(
            "Doctor\N{HORIZONTAL ELLIPSIS}", "", self.show_doctor,
            "Say what is installed and seen on this machine, what is amiss and what to do",
        )  # fmt: skip
        self.about = make(
            "About\N{HORIZONTAL ELLIPSIS}", "", self.show_about,
            "Versions of this program and of what it uses, and its licence",
        )  # fmt: skip

    def show_documentation(self) -> None:
        """Open the documentation at its start."""
        from gui.widgets.help_window import START, HelpWindow

        HelpWindow("", START, self._window)

    def show_keys(self) -> None:
        """List all keys."""
        from gui.help.key_list import KeyList

        by_place: dict[str, list[QAction]] = {}
        for group in self._groups():
            by_place.setdefault(group.place, []).extend(group.actions())
        KeyList(by_place, self._window)

    def show_doctor(self) -> None:
        """Look at this machine."""
        from gui.help.text_dialog import DoctorDialog

        DoctorDialog(self._folders, self._window)

    def show_about(self) -> None:
        """Say what this is."""
        from gui.help.about import about_text
        from gui.help.text_dialog import TextDialog

        TextDialog("About", about_text(), self._window)
