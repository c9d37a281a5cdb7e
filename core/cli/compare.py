"""``compare``: configurations in turn, several times each, and an honest verdict."""

from __future__ import annotations

import argparse
import dataclasses
from typing import ClassVar

from core.analysis.comparison import Comparison
from core.analysis.configurations import described
from core.analysis.statistics import RatioInterval
from core.cli.carrying import Fit, add_output, check_output, deliver, session_for
from core.cli.carrying_all import add_name, carry_out_all
from core.cli.command import DONE, SLOWER, STOPPED, Command
from core.cli.parser import add_settings, check_backend, chosen
from core.cli.streams import complain
from core.cli.table import indented, table
from core.export.comparison_json import comparison_document
from core.model.errors import InputError
from core.model.experiment import Experiment, ExperimentKind
from core.model.plan import LETTERS
from core.model.quantity import significant
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
        add_name(parser)
        add_output(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        workload, base = chosen(arguments)
        sides = _sides(arguments, base)
        check_output(arguments)
        experiment = Experiment(
            ExperimentKind.COMPARISON,
            workload.id,
            tuple(dict(side) for side in sides),
            arguments.repeats,
            early=arguments.stop_early,
            name=arguments.name,
        )
        with session_for(arguments, workload, base) as session:
            code = carry_out_all(session, session.experiments.add(experiment), self.fit, arguments)
            if code == STOPPED:
                return code
            found = session.experiments.result(session.experiments.get(experiment.id))
        assert isinstance(found, Comparison)
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


def _summary(found: Comparison, workload: str, sides: list[Settings]) -> str:
    names = [one.name for one in found.configurations]
    lines = [
        f"{workload}: {len(found.configurations[0].repeats)} repeats of each, in turn",
        *(f"  {name}: {text}" for name, text in zip(names, described(sides), strict=True)),
    ]
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
