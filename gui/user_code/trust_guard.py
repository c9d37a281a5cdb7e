"""Asks before a person's code is run for the first time with its present content."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from core.model.environment import far_name
from core.model.errors import ExplorerError, InputError
from core.model.to_open import ToOpen
from core.model.user_code import UserCode, agreed_stamp
from core.session.trust import Trust
from core.user_code.user_function import content_hash
from gui.state.app_state import AppState
from gui.widgets.question import ask


class TrustGuard(QObject):
    """Knows what was agreed to, and asks for the rest; never blocks."""

    def __init__(self, window: QWidget, app_state: AppState, trust: Trust) -> None:
        """Guard a window.

        Args:
            window: Questions open above it.
            app_state: Told of a file that is not there.
            trust: What was agreed to.
        """
        super().__init__(window)
        self._window, self._app_state, self._trust = window, app_state, trust

    def ask_for_file(
        self, file: Path, does: Callable[[], None], arguments: Sequence[str] = ()
    ) -> QMessageBox | None:
        """Do something that runs a file's code as it is now; ask first where it is not known.

        Args:
            file: The file.
            does: What is done then.
            arguments: What a script is run with.
        """
        try:
            stamp = content_hash(file)
        except InputError as error:
            self._app_state.failed.emit(str(error), "")
            return None
        return self._ask(file, agreed_stamp(stamp, arguments), does, arguments)

    def ask_for_far(self, wanted: ToOpen, stamp: str, does: Callable[[], None]) -> None:
        """The same for a file on another machine.

        Args:
            wanted: What is to be opened.
            stamp: SHA-256 of the file's content there.
            does: What is done then.
        """
        given = wanted.arguments or ()
        self._ask(wanted.file, agreed_stamp(stamp, given), does, given, wanted.machine)

    def ask_for_codes(
        self, codes: Sequence[UserCode], does: Callable[[], None]
    ) -> QMessageBox | None:
        """Do something that runs people's code; ask for each that is not known, one by one."""
        for code in codes:
            file = Path(code.file)
            if self._trust.trusts(code.agreed, file, code.machine):
                continue
            try:
                if not code.machine:  # else that machine looks, before it runs it
                    _must_be_there(file, code.opened.stamp)
            except ExplorerError as error:
                self._app_state.failed.emit(str(error), "")
                return None
            again = lambda: self.ask_for_codes(codes, does)  # noqa: E731
            return self._ask(file, code.agreed, again, code.arguments, code.machine)
        does()
        return None

    def _ask(
        self,
        file: Path,
        stamp: str,
        does: Callable[[], object],
        arguments: Sequence[str] = (),
        machine: str = "",
    ) -> QMessageBox | None:
        if self._trust.trusts(stamp, file, machine):
            does()
            return None

        def agree() -> None:
            self._trust.agree(stamp, file, machine)
            does()

        given = f"\nIt is run with these arguments: {shlex.join(arguments)}" if arguments else ""
        again = "content and the same arguments" if arguments else "content"
        return ask(
            self._window,
            f"Run the code of {file.name}{f' on {machine}' if machine else ''}?",
            "Open and run",
            agree,
            more=f"The file is {far_name(machine, str(file))}.{given}\nOpening it runs its code, "
            f"and what it imports, with your rights. With the same {again} in this folder it is "
            "not asked again.",
            no="Cancel",
        )


def _must_be_there(file: Path, stamp: str) -> None:
    if content_hash(file) != stamp:
        raise InputError(
            f"{file} has changed since this was recorded",
            remedy="Open the file (Ctrl+O): the stages are then those of the new text.",
        )
