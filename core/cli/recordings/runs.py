"""``runs``: what was recorded."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import ClassVar

from core.analysis.comparisons.members import members
from core.analysis.doubts.catalogue import doubts
from core.cli.command import DONE, Command
from core.cli.data_dir import recorded
from core.cli.terminal.streams import say
from core.cli.terminal.table import table
from core.export.run_json import runs_document, to_json
from core.export.spreadsheet import heading
from core.metrics.catalogue import metric
from core.model.environment import interpreter_name
from core.model.errors import InputError
from core.model.plan import RunPlan
from core.model.run import Run, RunState
from core.session import Session
from core.text.plural import plural
from core.text.workload_name import workload_name

FIGURES = range(4, 7)
"""Which columns are numbers."""

_SHOWN = ("throughput_examples_per_s", "device_idle_percent", "final_loss")


class Runs(Command):
    """Lists recorded runs."""

    name: ClassVar[str] = "runs"
    help: ClassVar[str] = "List the recorded runs."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--json", action="store_true", help="as one JSON document, with every figure"
        )
        how.add_argument(
            "--watch",
            action="store_true",
            help="in a terminal: stay, and show what other programs train into this folder "
            "meanwhile; Ctrl-C ends it",
        )

    def watch(self, session: Session) -> None:
        """Show a table that follows what is recorded.

        Raises:
            InputError: There is no terminal.
        """
        # Here and not above: it takes 0.1 s to load.
        from core.cli.terminal.live_table import watch

        watch(session, rows_of, FIGURES)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        with recorded(arguments) as session:
            if arguments.watch:
                self.watch(session)
            elif arguments.json:
                membership = members(session.runs, session.experiments.all)
                say(to_json(runs_document(session.runs, membership)))
            elif session.runs:
                headings, rows = rows_of(session, session.runs)
                say(table((headings, *rows), right=FIGURES))
            else:
                say("No run was recorded yet. `python main.py run WORKLOAD` records one.")
        return DONE


def rows_of(session: Session, runs: Sequence[Run]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The headings of the table, and its row of each run."""
    metrics = [metric(key) for key in _SHOWN]
    headings = (
        "name", "workload", "engine", "state", *map(heading, metrics), "emulated",
        "settings that differ",
    )  # fmt: skip
    ids = {run.plan.workload for run in runs}
    rows = [
        (
            session.experiments.name_of(run),
            workload_name(run.plan.workload, *ids),
            _engine(run.plan),
            _state(run),
            *(metric.of(run).number() for metric in metrics),
            ", ".join(run.emulations) or "nothing",
            _differing(session, run),
        )
        for run in runs
    ]
    return headings, rows


def _engine(plan: RunPlan) -> str:
    return interpreter_name(plan.interpreter) if plan.interpreter else plan.engine


def _differing(session: Session, run: Run) -> str:
    """The settings that are not at their default; of unknown workloads, all."""
    try:
        workload, settings = session.settings_of(run)
    except InputError:
        return " ".join(f"{key}={value}" for key, value in run.plan.settings.items())
    keys = settings.differing(workload.chain.defaults())
    return " ".join(f"{key}={settings.chain.knob(key).kind.format(settings[key])}" for key in keys)


def _state(run: Run) -> str:
    """The state, and how many doubts there are."""
    count = len(doubts(run))
    words = f", {plural(count, 'doubt')}" if count else ""
    return f"{run.state.value}{_progress(run)}{words}"


def _progress(run: Run) -> str:
    """Of a run under way: ``, epoch 2/3, step 87``."""
    if run.state is not RunState.RUNNING or run.prepared is None or not run.samples.steps:
        return ""
    begun = len(run.samples.epoch_starts)
    step = run.samples.steps - int(run.samples.epoch_starts[-1])
    total = f"/{run.prepared.steps_per_epoch}" if run.prepared.steps_per_epoch else ""
    return f", epoch {begun}/{run.prepared.epochs}, step {step}{total}"
