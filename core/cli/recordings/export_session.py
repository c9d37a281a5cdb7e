"""``export-session``: runs as one file, to be imported elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from core.cli.command import DONE, STOPPED, Command
from core.cli.data_dir import recorded
from core.cli.terminal.interrupts import Interrupts
from core.cli.terminal.streams import complain, say
from core.export.files import check_target
from core.model.errors import Cancelled, InputError
from core.model.run import Run
from core.session.sharing.format import ENDING
from core.session.sharing.pack import export_bundle, write_session

_MOST_NAMED = 8
_SHORTEST_ID = 6


class ExportSession(Command):
    """Writes runs into a session's file."""

    name: ClassVar[str] = "export-session"
    help: ClassVar[str] = (
        "Write recorded runs, with their comparisons and sweeps, into one file that import-session "
        "takes in on another machine."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument("file", metavar="FILE", help=f"what to write, usually *{ENDING}")
        parser.add_argument(
            "runs",
            nargs="*",
            metavar="RUN",
            help="runs by number, name or id, as `runs` lists them; all without it",
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        target = Path(arguments.file)
        check_target(target)
        with recorded(arguments) as session:
            if session.notice:
                complain(session.notice)
            named = [named_run(text, session.runs).id for text in arguments.runs]
            bundle = export_bundle(session, named or None)
            with Interrupts() as interrupts:
                try:
                    size = write_session(target, bundle, cancelled=interrupts.cancelled)
                except Cancelled:
                    complain("The export was stopped; no file was written.")
                    return STOPPED
        say(f"Exported {bundle.text} to {target} ({size / 1e6:.2g} MB).")
        return DONE


def named_run(text: str, runs: Sequence[Run]) -> Run:
    """The run that a person means: by number, by name, by id or by how that begins.

    Raises:
        InputError: None is called that, or several are; names candidates.
    """
    wanted = text.strip()
    number = wanted.casefold().removeprefix("run ").strip()
    ways = (
        [run for run in runs if run.id == wanted],
        [run for run in runs if wanted and run.label.name == wanted],
        [run for run in runs if str(run.number) == number],
        [run for run in runs if len(wanted) >= _SHORTEST_ID and run.id.startswith(wanted)],
    )
    matches = next((way for way in ways if way), [])
    if len(matches) == 1:
        return matches[0]
    if matches:
        ids = ", ".join(f"{run.id} ({run.name})" for run in matches[-_MOST_NAMED:])
        raise InputError(
            f"{len(matches)} runs are called {text!r}", expected=f"one of the ids {ids}"
        )
    shown = ", ".join(f"{run.number} ({run.name})" for run in runs[-_MOST_NAMED:])
    raise InputError(
        f"There is no run {text!r}",
        expected=f"a number, a name or an id: {shown}" if runs else "a recorded run",
        remedy="`python main.py runs` lists them.",
    )
