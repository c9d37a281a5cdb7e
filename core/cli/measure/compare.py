"""``compare``: configurations in turn, several times each, and an honest verdict."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.analysis.comparisons.comparison import Comparison
from core.cli.command import FAILED, SLOWER, STOPPED
from core.cli.measure.training_command import TrainingCommand
from core.cli.running.engine import add_engine, chosen_engine, say_engine
from core.cli.running.execute import add_output, session_for
from core.cli.running.execute_all import GOES_ON, add_name, carry_out_all
from core.cli.running.experiment_text import comparison_text, ways_text
from core.cli.running.output import add_files, check_files, write_files
from core.cli.running.settings import add_settings, check_backend, chosen
from core.cli.terminal.streams import complain, say
from core.measure.environment import usable_cores
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.settings import Settings
from core.model.turn import LETTERS, ExperimentKind
from core.pipeline.ways import Way
from core.statistics import LEAST_PAIRS, RatioInterval
from core.workloads.ways import all_ways
from core.workloads.workload import Workload


class Compare(TrainingCommand):
    """Runs two or more configurations of a workload interleaved and says which is faster."""

    name: ClassVar[str] = "compare"
    help: ClassVar[str] = "Run configurations in turn, several times each, and say which is faster."

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
        parser.add_argument(
            "--multiprocessing",
            action="store_true",
            help="compare the ways to use more cores that the pipeline can have: sequential, "
            "threads, processes, a tf.data service, a PyDataset",
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
            help="exit code 3 where one is slower than the baseline by more: its whole interval, "
            "whatever the verdict calls differences of a few percent",
        )
        add_name(parser)
        add_engine(parser)
        add_output(parser)
        add_files(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        workload, base = chosen(arguments)
        compared = _ways(arguments, workload, base)
        elsewhere = any(way.workload for way in compared)
        sides = [way.settings for way in compared] or _sides(arguments, base)
        _check_gate(arguments.fail_if_slower)
        check_files(arguments)
        engine = chosen_engine(arguments, workload, sides, experiment=True)
        experiment = Experiment(
            ExperimentKind.COMPARISON,
            workload.id,
            tuple(sides),
            arguments.repeats,
            early=arguments.stop_early,
            name=arguments.name,
            engine=engine.engine,
            interpreter=arguments.interpreter,
            workloads=tuple(w.workload or workload.id for w in compared) if elsewhere else (),
        )
        with session_for(arguments, workload, base) as session:
            experiment = session.experiments.unfinished_like(experiment) or experiment
            say_engine(engine)
            code = carry_out_all(session, session.experiments.add(experiment), self.fit, arguments)
            if code == STOPPED:
                complain(GOES_ON)
                return code
            recorded = session.experiments.get(experiment.id)
            comparison = session.experiments.result(recorded)
            assert isinstance(comparison, Comparison)
            if not write_files(arguments, session, recorded):
                say(comparison_text(comparison, workload.id, sides))
                if compared:
                    say(ways_text(recorded, comparison))
        return _code(comparison, arguments.fail_if_slower, code)


def _ways(arguments: argparse.Namespace, workload: Workload, base: Settings) -> tuple[Way, ...]:
    """The ways to use more cores, where these are asked for.

    Raises:
        InputError: The pipeline has but one, or something else is to be compared as well.
    """
    if not arguments.multiprocessing:
        return ()
    if arguments.a or arguments.b:
        raise InputError(
            "--multiprocessing says what is compared", expected="it without --a and --b"
        )
    compared = all_ways(workload.id, base, len(usable_cores()))
    if len(compared) < 2:
        raise InputError(
            "There is nothing to compare: no stage of this pipeline can work on several cores",
            expected="a map, an interleave or a PyDataset",
        )
    return compared


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


def _check_gate(percent: float | None) -> None:
    if percent is not None and not 0 <= percent < 100:
        raise InputError(
            f"--fail-if-slower cannot be {percent:g}",
            expected="a percentage from 0 to below 100, such as 10",
        )


def _code(comparison: Comparison, percent: float | None, code: int) -> int:
    """The exit code: the gate's where it was asked for, else whether all runs got done."""
    if percent is None:
        return code
    limit = 1.0 - percent / 100.0
    others = list(zip(comparison.configurations[1:], comparison.decisive.ratios, strict=True))
    slower = [
        configuration.name
        for configuration, ratio in others
        if _judged(ratio) and ratio is not None and ratio.high is not None and ratio.high < limit
    ]
    if slower:
        complain(f"{' and '.join(slower)} is slower than A by more than {percent:g} %.")
        return SLOWER
    open_ = [configuration.name for configuration, ratio in others if not _judged(ratio)]
    if open_:
        complain(
            f"{' and '.join(open_)} cannot be judged: fewer than {LEAST_PAIRS} pairs of repeats "
            "got done."
        )
        return FAILED
    return code


def _judged(ratio: RatioInterval | None) -> bool:
    return ratio is not None and ratio.pairs >= LEAST_PAIRS
