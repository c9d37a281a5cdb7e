"""``trace``: train once, trace some steps of it, and say what they waited for."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any, ClassVar

from core.analysis.traced import traced_words
from core.cli.command import FAILED
from core.cli.measure.open_trace import add_saving, check_saving, save, story_document
from core.cli.measure.training_command import TrainingCommand
from core.cli.running.engine import add_engine, chosen_engine, say_engine
from core.cli.running.execute import (
    add_output,
    carry_out,
    check_output,
    deliver,
    exit_code,
    session_for,
)
from core.cli.running.settings import add_settings, check_backend, chosen
from core.cli.running.story_text import story_text
from core.cli.terminal.streams import complain, to_stderr
from core.model.errors import InputError
from core.model.sizes import size_words
from core.model.tracing import MOST_TRACED_STEPS, TRACED_STEPS, TraceOptions
from core.session.same_settings import diagnosed
from core.timeline.open_trace import open_trace
from core.timeline.story import tell


class TraceCommand(TrainingCommand):
    """Traces steps of the steady part of a run."""

    name: ClassVar[str] = "trace"
    help: ClassVar[str] = (
        "Train once, trace some of its steps, and say what they waited for: WORKLOAD, "
        "FILE.py:FUNCTION, or train.py with its arguments behind --."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser, own=("--steps",))
        parser.add_argument(
            "--steps",
            type=int,
            default=TRACED_STEPS,
            metavar="N",
            help=f"steps of the steady part to trace (default: {TRACED_STEPS}); --set "
            "fit.steps_per_epoch=N says how many an epoch has",
        )
        add_saving(parser)
        add_engine(parser)
        add_output(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        if not 1 <= arguments.steps <= MOST_TRACED_STEPS:
            raise InputError(
                f"--steps cannot be {arguments.steps}", expected=f"1 to {MOST_TRACED_STEPS}"
            )
        workload, settings = chosen(arguments)
        check_output(arguments)
        check_saving(arguments)
        engine = chosen_engine(arguments, workload, [settings])
        with (
            session_for(arguments, workload, settings) as session,
            tempfile.TemporaryDirectory(prefix="pipeline-explorer-") as unkept,
        ):
            if arguments.no_record:
                session.traces.folder = Path(unkept)
            say_engine(engine)
            options = TraceOptions(arguments.steps)
            plan = session.plan(workload, settings, engine=engine.engine, trace=options)
            run, saved = carry_out(session, plan, self.fit)
            code = exit_code(run, saved, details=arguments.details)
            file = session.traces.file(run.id)
            if file is None:
                complain(traced_words(run) or "There is no trace: the run ended before it began.")
                return code or FAILED
            capture = open_trace(file)
            story = tell(capture, run, diagnosed(session, run))
            kept = "" if arguments.no_record else f"\nThe trace is {file} ({_size(file)})."

            def document() -> dict[str, Any]:
                return {"run": run.id, **story_document(file, capture, story)}

            def text() -> str:
                return f"{run.name}: {story_text(capture, story)}\n{traced_words(run)}{kept}"

            deliver(arguments, document, text)
            for written in save(arguments, file, capture):
                to_stderr(f"{written}\n")
        return code


def _size(file: Path) -> str:
    return size_words(file.stat().st_size)
