"""``diagnose``: what limits training, which change fixes it, by how much."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import ClassVar

from core.cli.command import DONE, FAILED, STOPPED
from core.cli.measure.training_command import TrainingCommand
from core.cli.running.answer_text import answer_text
from core.cli.running.engine import add_engine, chosen_engine, say_engine
from core.cli.running.execute import (
    Fit,
    add_output,
    carry_out,
    check_output,
    deliver,
    exit_code,
    session_for,
)
from core.cli.running.execute_all import GOES_ON, add_name, take_lease
from core.cli.running.settings import add_settings, check_backend, chosen
from core.cli.terminal.streams import complain, to_stderr
from core.export.diagnosis_json import diagnosis_document
from core.export.files import check_target, write_bytes, write_text
from core.export.report.diagnosis import diagnosis_html
from core.export.user_code_patch import user_code_patch
from core.model.diagnosis import Answer, DiagnosisOptions
from core.model.environment import far_name
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.plan import Part, RunPlan
from core.model.run import Run
from core.model.settings import Settings
from core.model.training_change import ChangeKind
from core.session import Session
from core.session.engine_choice import EngineChoice
from core.text.plural import plural
from core.workloads.workload import Workload

_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h)?")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kMGT]?)B?", re.IGNORECASE)
_SECONDS = {None: 1, "s": 1, "m": 60, "min": 60, "h": 3600}
_BYTES = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
_LEAST_BUDGET_S = 20.0


class Diagnose(TrainingCommand):
    """Finds what limits training and proves which changes help."""

    name: ClassVar[str] = "diagnose"
    help: ClassVar[str] = (
        "Find what limits training, try the changes that may help, and say which to make: "
        "WORKLOAD, FILE.py:FUNCTION, or train.py with its arguments behind --."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser)
        parser.add_argument(
            "--budget", default="5m", metavar="TIME", help="how long it may take (default: 5m)"
        )
        parser.add_argument(
            "--allow",
            default="",
            metavar="KIND,...",
            help="changes to the training that may be recommended: " + ", ".join(ChangeKind),
        )
        parser.add_argument(
            "--ram",
            metavar="SIZE",
            help="memory that a cache may take, as 4GB (default: half of what is free)",
        )
        parser.add_argument(
            "--gain",
            type=float,
            default=5.0,
            metavar="PERCENT",
            help="a change is kept where it gains that much (default: 5)",
        )
        parser.add_argument(
            "--patch", metavar="FILE", help="of your own code: write the recommended change there"
        )
        parser.add_argument("--html", metavar="FILE", help="write the answer as a page")
        add_name(parser)
        add_engine(parser)
        add_output(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        options = _options(arguments)
        workload, settings = chosen(arguments)
        check_output(arguments)
        if arguments.html is not None:
            check_target(Path(arguments.html))
        if arguments.patch is not None:
            check_target(Path(arguments.patch))
            user_code_patch(workload, settings)
        engine = chosen_engine(arguments, workload, [settings])
        run, answer, code = diagnosed(arguments, workload, settings, engine, options, self.fit)
        if answer is None:
            return code
        deliver(
            arguments, lambda: diagnosis_document(run, answer), lambda: answer_text(run, answer)
        )
        if arguments.html is not None:
            write_text(Path(arguments.html), diagnosis_html(run, answer))
        if arguments.patch is not None:
            return _write_patch(Path(arguments.patch), workload, settings, answer) or code
        return code


def diagnosed(
    arguments: argparse.Namespace,
    workload: Workload,
    settings: Settings,
    engine: EngineChoice,
    options: DiagnosisOptions,
    fit: Fit | None,
) -> tuple[Run, Answer | None, int]:
    """Carry a diagnosis out: what was recorded, its answer and the exit code."""
    with session_for(arguments, workload, settings) as session:
        say_engine(engine)
        plan = session.plan(workload, settings, Part.DIAGNOSIS, engine.engine, diagnosis=options)
        if options.search:
            plan = _kept(session, Experiment.of_diagnosis(plan, arguments.name))
        run, saved = carry_out(session, plan, fit)
    code = exit_code(run, saved, details=arguments.details)
    if code == STOPPED and options.search and not arguments.no_record:
        complain(GOES_ON)
    if run.answer is None:
        complain("It ended before anything was known.")
        return run, None, code or FAILED
    return run, run.answer, code


def _kept(session: Session, wanted: Experiment) -> RunPlan:
    """Keep a diagnosis as an experiment, or go on with the same one that was stopped."""
    experiments = session.experiments
    experiment = experiments.add(experiments.unfinished_like(wanted) or wanted)
    take_lease(session, experiment)
    (plan,) = experiments.plans(experiment)
    if plan.resumed is not None:
        tried = plural(len(plan.resumed.tried), "change")
        to_stderr(f"Resuming a diagnosis that was stopped: {tried} tried before.\n")
    return plan


def _write_patch(file: Path, workload: Workload, settings: Settings, answer: Answer) -> int:
    """Write the recommended change to someone's code."""
    if not answer.recommended:
        complain("No patch was written: nothing is recommended.")
        return DONE
    patch = user_code_patch(workload, settings.with_values(answer.recommended))
    for text in (*patch.not_done, *patch.notes):
        complain(text)
    write_bytes(file, patch.diff_bytes)
    folder = far_name("" if workload.code is None else workload.code.machine, str(patch.folder))
    to_stderr(f"Wrote {file}. To apply it, in {folder}: patch -p1 < {file.absolute()}\n")
    return FAILED if patch.not_done else DONE


def _options(arguments: argparse.Namespace) -> DiagnosisOptions:
    """What the person allows.

    Raises:
        InputError: Something cannot be read.
    """
    allowed = [text.strip() for text in arguments.allow.split(",") if text.strip()]
    for text in allowed:
        if text not in tuple(ChangeKind):
            raise InputError(
                f"--allow cannot be {text!r}", expected="one of " + ", ".join(ChangeKind)
            )
    if not 0 < arguments.gain < 1000:
        raise InputError("--gain must be a percentage above 0", expected="such as --gain 5")
    return DiagnosisOptions(
        _seconds(arguments.budget),
        arguments.gain,
        tuple(map(ChangeKind, allowed)),
        None if arguments.ram is None else _bytes(arguments.ram),
    )


def _seconds(text: str) -> float:
    match = _TIME.fullmatch(text.strip().lower())
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if seconds < _LEAST_BUDGET_S:
        raise InputError(f"--budget cannot be {text!r}", expected="20s or more, as 90s, 5m or 1h")
    return seconds


def _bytes(text: str) -> float:
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise InputError(f"--ram cannot be {text!r}", expected="a size such as 500MB or 4GB")
    return float(match[1]) * _BYTES[match[2].lower()]
