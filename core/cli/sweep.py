"""``sweep``: many configurations, unattended; goes on where it was stopped."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from collections.abc import Sequence
from typing import ClassVar

from core.analysis.design import axis, designed
from core.analysis.statistics import interleaved
from core.analysis.sweep import Point, SweepResult, sweep_result
from core.cli.carrying import (
    Fit,
    add_output,
    carry_out,
    check_output,
    deliver,
    exit_code,
    session_for,
)
from core.cli.command import DONE, FAILED, STOPPED, Command
from core.cli.parser import add_settings, check_backend, chosen
from core.cli.streams import complain, to_stderr
from core.cli.table import indented, table
from core.export.sweep_json import sweep_document
from core.model.errors import InputError
from core.model.quantity import significant
from core.model.run import Run, RunState
from core.model.settings import Settings
from core.session import Session

_MOST_SHOWN = 20

Place = tuple[int, int]
"""Which repeat of which configuration."""


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
        order = interleaved(len(configurations), arguments.repeats)
        code = DONE
        with session_for(arguments, workload, base) as session:
            tag = _unfinished(session, _tag(workload.id, configurations, arguments.repeats), order)
            done = _done(session, tag)
            took = _usual_time(session, workload.id, base)
            to_stderr(f"{_announcement(configurations, order, done, took)}\n")
            if arguments.dry_run:
                return DONE
            for at, (repeat, which) in enumerate(order):
                if (repeat, which) in done:
                    continue
                side = configurations[which]
                values = ", ".join(f"{one.key}={side.format(one.key)}" for one in axes)
                to_stderr(f"run {at + 1} of {len(order)}: {values}\n")
                plan = session.plan(workload, side)
                plan = dataclasses.replace(plan, tag=f"{tag}:{repeat}:{which}")
                run, saved = carry_out(session, plan, self.fit)
                ended = exit_code(run, saved, details=arguments.details)
                if ended == STOPPED:
                    complain("The same command goes on where it was stopped.")
                    return ended
                if ended != DONE:
                    # A run that failed does not stop the others.
                    code = FAILED
            runs = _runs(session, tag)
        points = [
            Point(one, tuple(run for (_, which), run in runs.items() if which == index))
            for index, one in enumerate(configurations)
        ]
        found = sweep_result(axes, points)
        deliver(arguments, lambda: sweep_document(found), lambda: _summary(found))
        return code


def _tag(workload: str, configurations: Sequence[Settings], repeats: int) -> str:
    """The same for the same sweep, whenever it is started."""
    plain = [workload, repeats, [sorted(dict(one).items()) for one in configurations]]
    return "sweep:" + hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:12]


def _runs(session: Session, tag: str) -> dict[Place, Run]:
    """Runs of a sweep by repeat and configuration; the latest of each."""
    found = {}
    for run in session.runs:
        if run.plan.tag.startswith(f"{tag}:"):
            repeat, which = run.plan.tag.removeprefix(f"{tag}:").split(":")
            found[int(repeat), int(which)] = run
    return found


def _done(session: Session, tag: str) -> set[Place]:
    return {at for at, run in _runs(session, tag).items() if run.state is RunState.DONE}


def _unfinished(session: Session, tag: str, order: Sequence[Place]) -> str:
    """The tag of a sweep that was begun and not ended; else one that was not used yet."""
    count = 1
    while len(_done(session, f"{tag}.{count}")) == len(order):
        count += 1
    return f"{tag}.{count}"


def _usual_time(session: Session, workload: str, base: Settings) -> float | None:
    """Seconds that the last runs of a workload took on a device; None where there are none."""
    took = [
        run.fit_wall_s
        for run in session.runs
        if run.plan.workload == workload
        and run.plan.device == base["fit.device"]
        and run.fit_wall_s
        and run.state is RunState.DONE
    ][-20:]
    return sum(took) / len(took) if took else None


def _announcement(
    configurations: Sequence[Settings],
    order: Sequence[Place],
    done: set[Place],
    took_s: float | None,
) -> str:
    """How many runs, how long they will take as far as is known, and what was there already."""
    left = len(order) - len(done)
    again = f"; {len(done)} of them were done before" if done else ""
    if took_s is None:
        time = "how long a run takes is not known yet"
    else:
        seconds = left * took_s
        span = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
        time = f"about {span}, as runs of this workload took so far"
    return f"{len(configurations)} configurations, {len(order)} runs{again}; {time}"


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
        (table(rows), *rest, indented(f"Throughput: {source}."), indented(found.sentence))
    )
