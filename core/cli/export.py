"""``export``: recorded runs in a format that other programs read."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import ClassVar

from core.analysis.comparisons.members import members
from core.cli.command import DONE, Command
from core.cli.parser import recorded
from core.cli.terminal.streams import say
from core.export.catalogue import EXPORTERS
from core.export.files import check_target, write_text


class Export(Command):
    """Writes recorded runs to files."""

    name: ClassVar[str] = "export"
    help: ClassVar[str] = "Write the recorded runs to a file (- for stdout)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        formats = parser.add_mutually_exclusive_group(required=True)
        for exporter in EXPORTERS:
            formats.add_argument(
                f"--{exporter.id}", metavar="FILE", dest=exporter.id, help=exporter.help
            )

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        exporter = next(
            candidate for candidate in EXPORTERS if getattr(arguments, candidate.id) is not None
        )
        target = getattr(arguments, exporter.id)
        if target != "-":
            check_target(Path(target))
        with recorded(arguments) as session:
            membership = members(session.runs, session.experiments.all)
            text = exporter.text(session.runs, membership)
        if target == "-":
            say(text)
        else:
            write_text(Path(target), text)
        return DONE
