"""``export``: recorded runs in a format that other programs read."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import ClassVar

from core.analysis.comparisons.members import members
from core.cli.command import DONE, Command
from core.cli.data_dir import recorded
from core.cli.terminal.streams import complain, say
from core.export.catalogue import EXPORTERS, FOLDER_EXPORTERS
from core.export.exporter import Exporter, FolderExporter
from core.export.files import check_target, folder_to_fill, write_text

_FORMATS: tuple[Exporter | FolderExporter, ...] = (*EXPORTERS, *FOLDER_EXPORTERS)


class Export(Command):
    """Writes recorded runs to files."""

    name: ClassVar[str] = "export"
    help: ClassVar[str] = "Write the recorded runs to a file (- for stdout) or a folder."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        formats = parser.add_mutually_exclusive_group(required=True)
        for exporter in _FORMATS:
            kind = "FILE" if isinstance(exporter, Exporter) else "DIR"
            formats.add_argument(
                f"--{exporter.id}", metavar=kind, dest=exporter.id, help=exporter.help
            )

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        exporter = next(each for each in _FORMATS if getattr(arguments, each.id) is not None)
        target = getattr(arguments, exporter.id)
        if isinstance(exporter, FolderExporter):
            with recorded(arguments) as session, folder_to_fill(Path(target)):
                exporter.write(session.runs, Path(target))
            complain(f"`{exporter.opens.format(folder=shlex.quote(target))}` opens them.")
            return DONE
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
