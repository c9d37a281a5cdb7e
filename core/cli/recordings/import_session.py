"""``import-session``: runs that somebody exported elsewhere."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import ClassVar

from core.cli.command import DONE, FAILED, STOPPED, Command
from core.cli.data_dir import folders
from core.cli.running.execute import check_output, deliver
from core.cli.terminal.interrupts import Interrupts
from core.cli.terminal.streams import complain
from core.model.errors import Cancelled
from core.session import Session
from core.session.sharing.format import ENDING
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.outcome import ImportStatus
from core.session.sharing.unpack import import_session


class ImportSession(Command):
    """Takes runs in from a session's file."""

    name: ClassVar[str] = "import-session"
    help: ClassVar[str] = (
        "Take in runs from a file that export-session wrote. All of it is checked first, and "
        "nothing in it is run; runs that are here already stay as they are."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument("file", metavar="FILE", help=f"the session, usually *{ENDING}")
        parser.add_argument("--json", metavar="FILE", help="write one JSON document (-: stdout)")

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_output(arguments)
        session = Session(folders(arguments))
        try:
            if session.notice:
                complain(session.notice)
            with Interrupts() as interrupts:
                try:
                    imported = import_session(
                        Path(arguments.file),
                        session.folders,
                        ImportTarget.of(session),
                        cancelled=interrupts.cancelled,
                    )
                except Cancelled:
                    complain("The import was stopped; nothing was imported.")
                    return STOPPED
        finally:
            session.close()
        taken = [imported.sentence()]
        for import_outcome in imported.notable:
            if import_outcome.status is ImportStatus.REFUSED:
                complain(import_outcome.text())
            else:
                taken.append(import_outcome.text())
        deliver(arguments, imported.document, lambda: "\n".join(taken))
        if imported.stopped:
            return STOPPED
        return FAILED if imported.refused else DONE
