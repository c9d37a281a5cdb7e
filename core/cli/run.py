"""``run``: train once and say what was measured."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import ClassVar

from core.cli.carrying import Fit, carry_out, exit_code, session_for
from core.cli.command import Command
from core.cli.parser import add_settings, check_backend, chosen
from core.cli.streams import say
from core.cli.summary import summary
from core.export.files import check_target, write_text
from core.export.run_json import run_document, to_json
from core.model.run import RunState


@dataclasses.dataclass(frozen=True)
class Run(Command):
    """Trains one workload with given settings, as the window does.

    Attributes:
        fit: Carries a plan out; None for the real one.
    """

    name: ClassVar[str] = "run"
    help: ClassVar[str] = "Train a workload once and say what was measured."

    fit: Fit | None = None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser)
        parser.add_argument("--json", metavar="FILE", help="write one JSON document (-: stdout)")
        parser.add_argument("--no-record", action="store_true", help="do not keep the run")
        parser.add_argument("--details", action="store_true", help="show a failure's traceback")

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        workload, settings = chosen(arguments)
        if arguments.json not in (None, "-"):
            check_target(Path(arguments.json))
        with session_for(arguments, workload, settings) as session:
            run, saved = carry_out(session, session.plan(workload, settings), self.fit)
        if arguments.json == "-":
            say(to_json(run_document(run)))
        elif arguments.json is not None:
            write_text(Path(arguments.json), to_json(run_document(run)))
        elif run.state is not RunState.FAILED:
            say(summary(run))
        return exit_code(run, saved, details=arguments.details)
