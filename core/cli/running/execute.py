"""Carries plans out on the command line: progress, Ctrl-C, what could not be kept, exit code."""

from __future__ import annotations

import argparse
import contextlib
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from core.cli.command import BAD_INPUT, DONE, FAILED, STOPPED
from core.cli.data_dir import add_record_to, folders, tell_opened
from core.cli.running.preflight import warn
from core.cli.running.processes import engines
from core.cli.running.user_code import add_details, agree
from core.cli.terminal.interrupts import Interrupts
from core.cli.terminal.progress import ProgressLine
from core.cli.terminal.streams import complain, say, stdout_to_stderr, to_stderr
from core.cli.terminal.writable import writable_folders
from core.engines.protocols import Fit as Fit
from core.export.files import check_target, write_text
from core.export.run_json import to_json
from core.measure.loading import check_tensorflow
from core.model.environment import machine_of
from core.model.errors import ExplorerError, RunError
from core.model.events import Event, RunEnded
from core.model.plan import PROCESS, RunPlan
from core.model.run import Failure, Run, RunState
from core.model.settings import Settings
from core.session import Session
from core.workloads.workload import Workload


@contextlib.contextmanager
def session_for(
    arguments: argparse.Namespace, workload: Workload, settings: Settings
) -> Iterator[Session]:
    """The session that runs are recorded in, after a look at what could be amiss; closed after.

    Args:
        arguments: With ``no_record``, and ``data_dir`` where it was named.
        workload: What is to be run.
        settings: With these settings.

    Raises:
        ExplorerError: Data or recordings cannot be read or written.
    """
    if not arguments.interpreter:
        check_tensorflow()
    with writable_folders(folders(arguments), record=not arguments.no_record) as where:
        if not machine_of(arguments.interpreter):  # else the data and the memory are not here
            workload.check(workload.source_data(where.cache, settings, where.cache), settings)
            warn(workload, settings, where.cache)
        session = Session(where, record=not arguments.no_record)
        session.interpreter = arguments.interpreter
        if workload.code is not None:
            session.opened(workload)
        agree(arguments, session)
        try:
            tell_opened(session)
            session.message_callbacks.append(complain)
            yield session
        finally:
            session.close()


def add_output(parser: argparse.ArgumentParser) -> None:
    """What every command that trains can be told of its output."""
    parser.add_argument("--json", metavar="FILE", help="write one JSON document (-: stdout)")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--no-record", action="store_true", help="do not keep the runs")
    add_record_to(where)
    add_details(parser)


def check_output(arguments: argparse.Namespace) -> None:
    """Look whether the JSON can be written, before anything slow is begun.

    Raises:
        InputError: It cannot.
    """
    if arguments.json not in (None, "-"):
        check_target(Path(arguments.json))


def deliver(
    arguments: argparse.Namespace, document: Callable[[], object], text: Callable[[], str]
) -> None:
    """Say what came of it: as JSON where that was asked for, else as text; nothing for no text."""
    if arguments.json == "-":
        say(to_json(document()))
    elif arguments.json is not None:
        try:
            write_text(Path(arguments.json), to_json(document()))
        except ExplorerError:
            # What was measured is what the person waited for: it is shown at least.
            _say_some(text())
            raise
    else:
        _say_some(text())


def _say_some(words: str) -> None:
    if words:
        say(words)


def carry_out(session: Session, plan: RunPlan, fit: Fit | None) -> tuple[Run, bool]:
    """Carry a plan out; nothing of what libraries print comes to stdout.

    Args:
        session: Takes the run in.
        plan: What to run.
        fit: Carries it out; None for the real one.

    Returns:
        The run once it is over, and whether it could be kept.
    """
    with stdout_to_stderr():
        if fit is not None:
            return _carry_out(session, plan, fit)
        end_now = engines().end_now if plan.engine == PROCESS else None
        return _carry_out(session, plan, engines().fit, end_now)


def exit_code(run: Run, saved: bool, *, details: bool) -> int:
    """Say what went wrong on stderr, and the exit code of the run."""
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


def _carry_out(
    session: Session, plan: RunPlan, fit: Fit, end_now: Callable[[], None] | None = None
) -> tuple[Run, bool]:
    recording = session.begin(plan)
    # As it was recorded: with this machine's folders, wherever it came from.
    plan = recording.run().plan
    progress = ProgressLine(recording)
    kept = True

    def emit(event: Event) -> None:
        session.recorder.keep(event)
        try:
            session.handle(event)
        except ExplorerError as error:
            # The measurement is there all the same and is what the person waited for.
            complain(str(error))
        progress.handle(event)

    with Interrupts(end_now) as interrupts:
        try:
            fit(plan, emit, interrupts.cancelled)
        except KeyboardInterrupt:
            interrupts.pressed = True
        except Exception as error:
            # fit says everything through its events; this is for a fault in fit itself, or in
            # what takes in its last word.
            if session.recording is None:
                kept = False
                complain(f"The run could not be kept ({type(error).__name__}: {error}).")
            _end(session, emit, RunState.FAILED, _fault(error))
        _end(session, emit, RunState.STOPPED if interrupts.pressed else RunState.FAILED)
    run = session.run(plan.id)
    written = all(unsaved.id != plan.id for unsaved in session.unsaved)
    if not written:
        complain(f"{run.name} is over, but not all of it could be written to disk.")
    return run, kept and written


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
