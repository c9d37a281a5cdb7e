"""``new-workload``: a file to begin a workload of one's own with."""

from __future__ import annotations

import argparse
from importlib import resources
from pathlib import Path
from typing import ClassVar

from core.cli.command import DONE, Command
from core.cli.terminal.streams import say
from core.export.files import check_target, write_text
from core.model.errors import InputError


class NewWorkload(Command):
    """Writes the template of a workload."""

    name: ClassVar[str] = "new-workload"
    help: ClassVar[str] = "Write a file that declares a workload of your own and runs as it is."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument("file", metavar="FILE.py", help="a file that is not there yet")

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        file = Path(arguments.file)
        if file.suffix != ".py":
            raise InputError(f"Cannot write {file}", expected="a name that ends in .py")
        if file.exists():
            raise InputError(
                f"{file} is there already, and is not overwritten", remedy="Name another file."
            )
        check_target(file)
        source = resources.files("core.workloads").joinpath("template.py")
        write_text(file, source.read_text(encoding="utf-8"))
        say(f"{file} was written. Try it: python main.py run {file}")
        return DONE
