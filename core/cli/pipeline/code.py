"""``code``: the same pipeline and training as a script."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.cli.command import DONE, Command
from core.cli.data_dir import folders
from core.cli.running.settings import add_settings, chosen
from core.cli.running.user_code import add_details
from core.cli.terminal.streams import say
from core.export.python_code import python_code


class Code(Command):
    """Prints the Python that a run with these settings amounts to."""

    name: ClassVar[str] = "code"
    help: ClassVar[str] = (
        "Print the Python script that a run with these settings amounts to; of your own code, the "
        "patch."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser)
        add_details(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        workload, settings = chosen(arguments)
        say(python_code(workload, settings, folders(arguments).cache))
        return DONE
