"""``open-trace``: what a trace says, of a run here or of any TensorFlow or JAX program."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from core.analysis.traced import traced_words
from core.cli.command import DONE, Command
from core.cli.data_dir import recorded
from core.cli.running.story_text import story_text
from core.cli.terminal.streams import say, to_stderr
from core.export.files import check_target
from core.export.run_json import to_json
from core.model.diagnosis import Answer
from core.model.errors import InputError
from core.model.run import Run
from core.model.sizes import size_words
from core.session import Session
from core.session.same_settings import diagnosed
from core.timeline.capture import Capture
from core.timeline.open_trace import EXPECTED, open_trace, trace_file
from core.timeline.save import save_chrome, save_profile
from core.timeline.story import Story, tell

_LAST = "last"


class OpenTrace(Command):
    """Reads a trace and says what it shows; TensorFlow is not loaded."""

    name: ClassVar[str] = "open-trace"
    help: ClassVar[str] = (
        "Say what a trace shows: FILE.xplane.pb, FILE.trace.json.gz, the folder of a profile, or "
        "the number of a traced run (`last` for the latest)."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument(
            "trace",
            metavar="FILE|FOLDER|RUN",
            help="a trace, or a run that has one (its number, or last)",
        )
        add_saving(parser)
        parser.add_argument("--json", action="store_true", help="as one JSON document")
        parser.add_argument(
            "--delete", action="store_true", help="of a run: delete its trace, and nothing else"
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_saving(arguments)
        given = Path(arguments.trace)
        if given.exists() or not (arguments.trace.isdecimal() or arguments.trace == _LAST):
            if arguments.delete:
                raise InputError("--delete deletes traces of runs", expected="the number of a run")
            _show(arguments, trace_file(given))
            return DONE
        with recorded(arguments) as session:
            run, file = _of_run(session, arguments.trace)
            if arguments.delete:
                name, freed = session.experiments.name_of(run), session.traces.delete(run.id)
                say(f"The trace of {name} is deleted: {size_words(freed)} are free.")
            else:
                _show(arguments, file, session.experiments.named(run), diagnosed(session, run))
        return DONE


def _of_run(session: Session, number: str) -> tuple[Run, Path]:
    """The run of a number, and its trace.

    Raises:
        InputError: There is no trace of it.
    """
    traced = [(run, file) for run in session.runs if (file := session.traces.file(run.id))]
    wanted = traced[-1:] if number == _LAST else traced
    chosen = next(((run, file) for run, file in wanted if number in (_LAST, str(run.number))), None)
    if chosen is None:
        numbers = ", ".join(str(run.number) for run, _ in traced)
        raise InputError(
            f"There is no trace of a run {number}",
            expected=f"a traced run: {numbers}" if numbers else EXPECTED,
            remedy="" if numbers else "`python main.py trace WORKLOAD` takes a trace.",
        )
    return chosen


def _show(
    arguments: argparse.Namespace, file: Path, run: Run | None = None, answer: Answer | None = None
) -> None:
    capture = open_trace(file)
    story = tell(capture, run, answer)
    if arguments.json:
        say(to_json(story_document(file, capture, story)))
    else:
        head = f"{file.name}: " if run is None else f"{run.name}: "
        cost = "" if run is None else f"\n{traced_words(run)}"
        say(f"{head}{story_text(capture, story)}{cost}")
    for written in save(arguments, file, capture):
        to_stderr(f"{written}\n")


def add_saving(parser: argparse.ArgumentParser) -> None:
    """Where a trace can be saved to."""
    parser.add_argument(
        "--save-chrome",
        metavar="FILE.json.gz",
        help="write it for Perfetto (ui.perfetto.dev) and chrome://tracing",
    )
    parser.add_argument(
        "--save-profile",
        metavar="FOLDER",
        help="write it as the folder that XProf and TensorBoard open",
    )


def check_saving(arguments: argparse.Namespace) -> None:
    """Look whether a trace can be written there, before anything slow is begun.

    Raises:
        InputError: It cannot.
    """
    if arguments.save_chrome is not None:
        check_target(Path(arguments.save_chrome))
    if arguments.save_profile is not None and Path(arguments.save_profile).is_file():
        raise InputError(f"{arguments.save_profile} is a file", expected="a folder")


def save(arguments: argparse.Namespace, file: Path, capture: Capture) -> Iterator[str]:
    """Write a trace to where it was asked for; says each that was written."""
    if arguments.save_chrome is not None:
        save_chrome(capture, Path(arguments.save_chrome))
        yield f"{arguments.save_chrome} holds the trace for Perfetto."
    if arguments.save_profile is not None:
        folder = save_profile(file, Path(arguments.save_profile))
        yield f"{folder} holds the trace for XProf: xprof --logdir {arguments.save_profile}"


def story_document(file: Path, capture: Capture, story: Story) -> dict[str, Any]:
    """A trace as plain values; times in seconds."""
    waits = story.waits
    return {
        "schema": "pipeline-explorer/trace/1",
        "file": str(file),
        "events": capture.events,
        "says": list(story.sentences),
        "doubts": list(story.doubts),
        "steps": [
            {"number": step.number, "took_s": step.took_s, "input_wait_s": step.wait_s}
            for step in waits.steps.all
        ],
        "waited_for": [
            {
                "stage": stage.label,
                "written": list(stage.written),
                "place": stage.place,
                "runs_as": stage.name,
                "seconds": spent,
            }
            for stage, spent in waits.ranked
        ],
        "devices": [{**asdict(use), "idle_percent": use.idle_percent} for use in story.devices],
    }
