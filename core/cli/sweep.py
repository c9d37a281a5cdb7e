"""``sweep``: many configurations, unattended; goes on where it was stopped."""

from __future__ import annotations

import argparse
import dataclasses
from typing import ClassVar

from core.analysis.design import axis, designed
from core.analysis.sweep import SweepResult
from core.analysis.time_needed import time_needed
from core.cli.carrying import Fit, add_output, check_output, deliver, session_for
from core.cli.carrying_all import add_name, carry_out_all
from core.cli.command import DONE, STOPPED, Command
from core.cli.parser import add_settings, check_backend, chosen
from core.cli.streams import complain, to_stderr
from core.cli.table import indented, table
from core.export.sweep_json import sweep_document
from core.model.errors import InputError
from core.model.experiment import Experiment, ExperimentKind
from core.model.quantity import significant
from core.session import Session

_MOST_SHOWN = 20


@dataclasses.dataclass(frozen=True)
class Sweep(Command):
    """Runs a design over some knobs in interleaved rounds and says which mattered.

    Attributes:
        fit: Carries a plan out; None for the real one.
    """

    name: ClassVar[str] = "sweep"
    help: ClassVar[str] = "Run many configurations and say which knob mattered most."

    fit: Fit | None = None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser)
        parser.add_argument(
            "--vary",
            action="append",
            default=[],
            metavar="STAGE.KNOB=V1,V2,...",
            help="a knob and its values: a list, A..B, doublings A..B*2, or sensible; repeatable",
        )
        parser.add_argument(
            "--design",
            default="grid",
            metavar="grid|one-at-a-time|random:N",
            help="how they are put together (default: grid)",
        )
        parser.add_argument("--repeats", type=int, default=1, help="runs of each (default: 1)")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be run")
        add_name(parser)
        add_output(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        workload, base = chosen(arguments)
        axes = [axis(text, base.chain) for text in arguments.vary]
        configurations = designed(arguments.design, base, axes)
        if arguments.repeats < 1:
            raise InputError(f"--repeats cannot be {arguments.repeats}", expected="1 or more")
        check_output(arguments)
        wanted = Experiment(
            ExperimentKind.SWEEP,
            workload.id,
            tuple(dict(one) for one in configurations),
            arguments.repeats,
            tuple(axes),
            arguments.design,
            name=arguments.name,
        )
        with session_for(arguments, workload, base) as session:
            experiment = _unfinished(session, wanted) or wanted
            to_stderr(f"{_announcement(session, experiment)}\n")
            if arguments.dry_run:
                return DONE
            session.experiments.add(experiment)
            code = carry_out_all(session, experiment, self.fit, arguments)
            if code == STOPPED:
                complain("The same command goes on where it was stopped.")
                return code
            found = session.experiments.result(experiment)
        assert isinstance(found, SweepResult)
        deliver(arguments, lambda: sweep_document(found), lambda: _summary(found))
        return code


def _unfinished(session: Session, wanted: Experiment) -> Experiment | None:
    """The latest sweep of the same that was begun and not ended; it goes on."""

    def what(one: Experiment) -> tuple[object, ...]:
        return one.kind, one.workload, one.configurations, one.repeats, one.axes, one.design

    found = (
        one
        for one in reversed(session.experiments.all)
        if what(one) == what(wanted) and session.experiments.missing(one)
    )
    return next(found, None)


def _announcement(session: Session, experiment: Experiment) -> str:
    """How many runs, how long they will take as far as is known, and what was there already."""
    left = session.experiments.plans(experiment)
    total = len(experiment.order)
    again = f"; {total - len(left)} of them were done before" if len(left) < total else ""
    time = time_needed(left, session.runs).text()
    return f"{len(experiment.configurations)} configurations, {total} runs{again}; {time}"


def _summary(found: SweepResult) -> str:
    keys = [one.key for one in found.axes]
    rows: list[tuple[str, ...]] = [("  ", *keys, "throughput", "95 % interval", "device idle")]
    for place, one in enumerate(found.points[:_MOST_SHOWN], start=1):
        interval = (
            "too few repeats for one"
            if one.low is None or one.high is None
            else f"[{significant(one.low)}, {significant(one.high)}]"
        )
        values = (one.point.settings.format(key) for key in keys)
        doubtful = f"  doubts: {', '.join(one.doubts)}" if one.doubts else ""
        rows.append(
            (f"  {place}", *values, one.throughput.text(), interval, one.idle.text() + doubtful)
        )
    more = len(found.points) - _MOST_SHOWN
    rest = (f"  and {more} more",) if more > 0 else ()
    source = next((p.throughput.provenance() for p in found.points if p.throughput.value), "")
    return "\n".join(
        (
            table(rows),
            *rest,
            indented(f"Throughput: {source}."),
            indented(found.sentence),
            *(indented(note) for note in found.notes),
        )
    )
