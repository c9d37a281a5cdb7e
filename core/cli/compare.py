"""``compare``: configurations in turn, several times each, and an honest verdict."""

from __future__ import annotations

import argparse
import dataclasses
import uuid
from typing import ClassVar

from core.analysis.comparison import Comparison, Configuration, compare
from core.analysis.statistics import RatioInterval, Schedule, interleaved
from core.cli.carrying import (
    Fit,
    add_output,
    carry_out,
    check_output,
    deliver,
    exit_code,
    session_for,
)
from core.cli.command import DONE, SLOWER, STOPPED, Command
from core.cli.parser import add_settings, check_backend, chosen
from core.cli.streams import complain, to_stderr
from core.cli.table import indented, table
from core.export.comparison_json import comparison_document
from core.model.errors import InputError
from core.model.plan import LETTERS, Turn
from core.model.quantity import significant
from core.model.run import Run
from core.model.settings import Settings


@dataclasses.dataclass(frozen=True)
class Compare(Command):
    """Runs two or more configurations of a workload interleaved and says which is faster.

    Attributes:
        fit: Carries a plan out; None for the real one.
    """

    name: ClassVar[str] = "compare"
    help: ClassVar[str] = "Run configurations in turn, several times each, and say which is faster."

    fit: Fit | None = None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser)
        parser.add_argument(
            "--a",
            default="",
            metavar="STAGE.KNOB=VALUE,...",
            help="the baseline: what it changes in the settings; nothing by default",
        )
        parser.add_argument(
            "--b",
            action="append",
            default=[],
            metavar="STAGE.KNOB=VALUE,...",
            help="what is compared with it; may be given several times, for several",
        )
        parser.add_argument("--repeats", type=int, default=5, help="runs of each (default: 5)")
        parser.add_argument(
            "--stop-early",
            action="store_true",
            help="stop once the intervals settle it; each look then has a stricter interval",
        )
        parser.add_argument(
            "--fail-if-slower",
            type=float,
            metavar="PERCENT",
            help="exit code 3 where one is slower than the baseline by more, with confidence",
        )
        add_output(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        workload, base = chosen(arguments)
        sides = _sides(arguments, base)
        check_output(arguments)
        schedule = Schedule(arguments.repeats, len(sides) - 1, early=arguments.stop_early)
        runs: list[list[Run | None]] = [[] for _ in sides]
        order = interleaved(len(sides), schedule.repeats)
        group = uuid.uuid4().hex[:12]
        with session_for(arguments, workload, base) as session:
            for done, (repeat, which) in enumerate(order):
                turn = Turn(group, repeat, which)
                to_stderr(f"run {done + 1} of {len(order)}: {turn.letter} {repeat + 1}\n")
                plan = session.plan(workload, sides[which])
                plan = dataclasses.replace(plan, tag=turn.tag())
                run, saved = carry_out(session, plan, self.fit)
                code = exit_code(run, saved, details=arguments.details)
                if code == STOPPED:
                    return code
                runs[which].append(run)
                if (done + 1) % len(sides) == 0 and repeat + 1 in schedule.looks:
                    found = compare(_configurations(runs, sides), schedule)
                    if found.settled:
                        break
        deliver(
            arguments,
            lambda: comparison_document(found),
            lambda: _summary(found, workload.id, sides),
        )
        return _code(found, arguments.fail_if_slower)


def _sides(arguments: argparse.Namespace, base: Settings) -> list[Settings]:
    """The settings of each configuration, the baseline's first.

    Raises:
        InputError: There is nothing to compare, or too much.
    """
    if not arguments.b:
        raise InputError(
            "There is nothing to compare with",
            expected="--b STAGE.KNOB=VALUE,...",
            remedy="For example: compare augmented --a prefetch.buffer_size=off "
            "--b prefetch.buffer_size=2",
        )
    if arguments.repeats < 1:
        raise InputError(f"--repeats cannot be {arguments.repeats}", expected="1 or more")
    if len(arguments.b) >= len(LETTERS):
        raise InputError(
            f"{len(arguments.b) + 1} configurations are too many", expected="26 at most"
        )
    texts = (arguments.a, *arguments.b)
    return [base.with_assignments(filter(None, text.split(","))) for text in texts]


def _configurations(
    runs: list[list[Run | None]], sides: list[Settings]
) -> tuple[Configuration, ...]:
    return tuple(
        Configuration(LETTERS[which], tuple(found))
        for which, (found, _) in enumerate(zip(runs, sides, strict=True))
    )


def _summary(found: Comparison, workload: str, sides: list[Settings]) -> str:
    lines = [f"{workload}: {len(found.configurations[0].repeats)} repeats of each, in turn"]
    if len(found.configurations[0].repeats) < found.schedule.repeats:
        lines.append(f"  stopped early, of {found.schedule.repeats}: the intervals settle it")
    for which, side in enumerate(sides):
        unlike = dict.fromkeys(key for other in sides for key in side.differing(other))
        texts = [f"{key}={side.format(key)}" for key in unlike]
        lines.append(f"  {LETTERS[which]}: {', '.join(texts) or 'as the other'}")
    names = [one.name for one in found.configurations]
    heads = ["", *names, *(f"{name} / {names[0]}" for name in names[1:]), ""]
    rows: list[tuple[str, ...]] = [tuple(heads)]
    for result in found.results:
        if all(mean.value is None for mean in result.means):
            continue
        ratios = [_ratio_text(one) for one in result.ratios]
        verdicts = "; ".join(result.verdict(index) for index in range(len(result.ratios)))
        rows.append(
            (
                f"  {result.metric.label}",
                *(mean.text() for mean in result.means),
                *ratios,
                verdicts,
            )
        )
    emulated = next((one.provenance() for one in found.decisive.means if one.value is not None), "")
    lines += [table(rows), indented(f"Throughput: {emulated}.")]
    return "\n".join((*lines, *(indented(note) for note in found.notes)))


def _ratio_text(found: RatioInterval | None) -> str:
    if found is None or found.ratio is None:
        return "–"
    if found.low is None or found.high is None:
        return f"{found.ratio:.3f} (one pair: no interval)"
    return f"{found.ratio:.3f} [{significant(found.low)}, {significant(found.high)}]"


def _code(found: Comparison, percent: float | None) -> int:
    if percent is None:
        return DONE
    limit = 1.0 - percent / 100.0
    slower = [
        one.name
        for one, ratio in zip(found.configurations[1:], found.decisive.ratios, strict=True)
        if ratio is not None and ratio.high is not None and ratio.high < limit
    ]
    if slower:
        complain(f"{' and '.join(slower)} is slower than A by more than {percent:g} %.")
        return SLOWER
    return DONE
