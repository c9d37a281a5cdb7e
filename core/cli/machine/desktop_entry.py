"""``desktop-entry``: the program in the menu of a Linux desktop."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import ClassVar

from core.cli.command import DONE, Command
from core.cli.terminal.streams import say
from core.export.files import folder_to_fill
from core.model.errors import InputError
from resources.files import read_text

_NAME = "pipeline-explorer"
_COMMAND = "Exec=pipeline-explorer\n"


class DesktopEntry(Command):
    """Writes an entry and an icon where desktops look for those of one person."""

    name: ClassVar[str] = "desktop-entry"
    help: ClassVar[str] = "Put the program into the menu of a Linux desktop, with its icon."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument("--remove", action="store_true", help="take it out again")

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        if not sys.platform.startswith("linux"):
            raise InputError(f"Entries of desktops are for Linux, and this is {sys.platform}")
        home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
        entry = home / "applications" / f"{_NAME}.desktop"
        icon = home / "icons" / "hicolor" / "scalable" / "apps" / f"{_NAME}.svg"
        if arguments.remove:
            there = entry.exists()
            for file in (entry, icon):
                try:
                    file.unlink(missing_ok=True)
                except OSError as error:
                    raise InputError(f"{file} cannot be removed ({error.strerror})") from error
            say(f"{entry} was removed." if there else f"There is no {entry}.")
            return DONE
        text = read_text(f"{_NAME}.desktop").replace(_COMMAND, f"Exec={_started_with()}\n")
        for file, content in ((entry, text), (icon, read_text(f"{_NAME}.svg"))):
            with folder_to_fill(file.parent):
                file.write_text(content, encoding="utf-8")
        say(f"{entry} was written.")
        return DONE


def _started_with() -> str:
    """The command that opens the window, as desktop entries quote it."""
    script = Path(sys.argv[0]).absolute()
    words = [sys.executable, str(script)] if script.suffix == ".py" else [str(script)]
    return " ".join(f'"{_escaped(word)}"' for word in words)


def _escaped(word: str) -> str:
    for sign in '\\"`$':
        word = word.replace(sign, f"\\\\{sign}" if sign != "\\" else "\\\\\\\\")
    return word.replace("%", "%%")
