"""``run``: train once and say what was measured."""

from __future__ import annotations

import argparse
import dataclasses
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from core.cli.command import BAD_INPUT, DONE, FAILED, STOPPED, Command
from core.cli.interrupts import Interrupts
from core.cli.parser import add_settings, check_backend, check_writable, chosen, folders
from core.cli.progress import ProgressLine
from core.cli.streams import complain, say, stdout_to_stderr, to_stderr
from core.cli.summary import summary
from core.export.files import check_target, write_text
from core.export.run_json import run_document, to_json
from core.model.errors import ExplorerError, RunError
from core.model.events import Event, RunEnded
from core.model.plan import RunPlan
from core.model.run import Failure, RunState
from core.model.run import Run as RecordedRun
from core.session import Session

Fit = Callable[[RunPlan, Callable[[Event], None], Callable[[], bool]], None]


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
        where = folders(arguments)
        where.make()
        check_writable(where.cache)
        workload.check(workload.source_data(where.cache, settings, where.cache), settings)
        session = Session(where, record=not arguments.no_record)
        try:
            if session.notice:
                complain(session.notice)
            with stdout_to_stderr():
                run, saved = self._carry_out(session, session.plan(workload, settings))
        finally:
            session.close()
        if arguments.json == "-":
            say(to_json(run_document(run)))
        elif arguments.json is not None:
            write_text(Path(arguments.json), to_json(run_document(run)))
        elif run.state is not RunState.FAILED:
            say(summary(run))
        return _exit_code(run, saved, details=arguments.details)

    def _carry_out(self, session: Session, plan: RunPlan) -> tuple[RecordedRun, bool]:
        """The run once it is over, and whether it could be kept."""
        progress = ProgressLine(session.begin(plan))
        saved = True

        def emit(event: Event) -> None:
            nonlocal saved
            try:
                session.handle(event)
            except ExplorerError as error:
                # The measurement is there all the same and is what the person waited for.
                saved = False
                complain(str(error))
            progress.handle(event)

        with Interrupts() as interrupts:
            try:
                (self.fit or _real_fit())(plan, emit, interrupts.cancelled)
            except KeyboardInterrupt:
                interrupts.pressed = True
            except Exception as error:
                # fit says everything through its events; this is for a fault in fit itself.
                _end(session, emit, RunState.FAILED, _fault(error))
            _end(session, emit, RunState.STOPPED if interrupts.pressed else RunState.FAILED)
        return session.run(plan.id), saved


def _real_fit() -> Fit:
    from core.measure.fit import fit

    return fit


def _end(
    session: Session,
    emit: Callable[[Event], None],
    state: RunState,
    failure: Failure | None = None,
) -> None:
    """Say the last word where ``fit`` could not."""
    if session.recording is None:
        return
    if state is RunState.FAILED and failure is None:
        failure = Failure("The run ended without saying how")
    emit(RunEnded(state, failure))


def _fault(error: Exception) -> Failure:
    details = "".join(traceback.format_exception(error))
    return Failure.of(RunError(f"{type(error).__name__}: {error}", details=details))


def _exit_code(run: RecordedRun, saved: bool, *, details: bool) -> int:
    if run.failure is not None:
        more = run.failure.details and not details
        complain(f"{run.failure.text()}{' (--details shows where.)' if more else ''}")
        if details and run.failure.details:
            to_stderr(run.failure.details.rstrip() + "\n")
    if run.state is RunState.STOPPED:
        complain("The run was stopped.")
        return STOPPED
    if run.failure is not None and run.failure.bad_input:
        return BAD_INPUT
    return DONE if run.state is RunState.DONE and saved else FAILED
