"""What the tab "Against settings" shows: a question, and the numbers that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.analysis.by_setting.grouping import RunSettings, gather, training_of
from core.analysis.by_setting.run_groups import RunGroups
from core.charts.all_knobs import ParallelChart, all_knobs
from core.charts.chart import Chart
from core.charts.influence import knob_influence
from core.charts.memory import speed_and_memory
from core.charts.one_knob import one_knob
from core.charts.two_knobs import two_knobs
from core.metrics.catalogue import metric
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.kinds import Value
from core.model.run import Run
from core.model.turn import ExperimentKind
from core.session import Session
from core.text.plural import plural
from gui.state.run_facts import RunFacts

_SPEED, _MEMORY = metric("throughput_examples_per_s"), metric("memory_taken_mb")

AnyChart = Chart | ParallelChart


class View(StrEnum):
    """The ways of looking; the value is what buttons say."""

    ONE = "One knob"
    TWO = "Two knobs"
    ALL = "All knobs"
    MEMORY = "Memory"
    INFLUENCE = "Influence"


@dataclass(frozen=True)
class Question:
    """Everything besides the runs that the answer follows from.

    Attributes:
        view: The way of looking.
        workload: Runs of which workload.
        device: On which device; empty for every device, where the device is looked at.
        metric: Key of the metric.
        knob: The knob that is looked at.
        second: A second one; empty for none.
        experiment: Id of the comparison or sweep that the runs are of; empty for all runs.
    """

    view: View
    workload: str
    device: str
    metric: str
    knob: str = ""
    second: str = ""
    experiment: str = ""


@dataclass(frozen=True)
class ShownCharts:
    """What is shown.

    Attributes:
        chart: The chart.
        groups: The metric of the runs (in the view of memory: throughput).
        notes: What must be known to read the chart, in sentences.
    """

    chart: AnyChart
    groups: RunGroups
    notes: tuple[str, ...]


class BySettingModel:
    """Answers questions about the session's runs; works out again only what changed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._facts = RunFacts(session)
        self._values: dict[str, dict[str, Value]] = {}
        self._candidates: dict[str, RunSettings] = {}
        self._trained: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._last: (
            tuple[Question, tuple[RunSettings, ...], tuple[str, ...], ShownCharts] | None
        ) = None

    def candidates(self, runs: Sequence[Run]) -> list[RunSettings]:
        """Runs with their settings; those are left out whose workload or knobs are no more."""
        named = map(self._session.experiments.named, runs)
        return [run_settings for run in named if (run_settings := self._candidate(run)) is not None]

    def runs_of(self, experiment: Experiment) -> tuple[Run, ...]:
        """The runs of a comparison or sweep in its order, hidden ones as well."""
        runs = self._session.experiments.runs(experiment)
        return tuple(runs[place] for place in sorted(runs))

    def answer(self, question: Question, candidates: Sequence[RunSettings]) -> ShownCharts:
        """The numbers that answer a question over some runs."""
        experiment = self._experiment(question)
        before = self._before(experiment, candidates)
        last = self._last
        if (
            last is not None
            and last[0] == question
            and last[2] == before
            and len(last[1]) == len(candidates)
            and all(a is b for a, b in zip(last[1], candidates, strict=True))
        ):
            return last[3]
        shown_charts = self._answer(question, candidates, experiment, before)
        self._last = (question, tuple(candidates), before, shown_charts)
        return shown_charts

    def doubts_of(self, run_ids: tuple[str, ...]) -> tuple[str, ...]:
        """What is doubtful about some runs, each reason once with the run that has it first."""
        doubts: dict[str, str] = {}
        for run_id in run_ids:
            run = self._session.run(run_id)
            for doubt in self._facts.doubts(run):
                doubts.setdefault(doubt.key, f"{self._facts.name(run)}: {doubt.text}")
        return tuple(doubts.values())

    # -- inside ---------------------------------------------------------------------------

    def _candidate(self, run: Run) -> RunSettings | None:
        known = self._candidates.get(run.id)
        if known is not None and known.run is run:
            return known if known.values else None
        values = self._values.get(run.id)
        if values is None:
            try:
                # A plan never changes, and reading it takes long where there are many runs.
                values = dict(self._session.settings_of(run)[1])
            except InputError:
                # Its workload or one of its values does not exist any more.
                values = {}
            self._values[run.id] = values
        run_settings = RunSettings(run, values)
        self._candidates[run.id] = run_settings
        return run_settings if values else None

    def _experiment(self, question: Question) -> Experiment | None:
        return self._session.experiments.get(question.experiment) if question.experiment else None

    def _before(
        self, experiment: Experiment | None, candidates: Sequence[RunSettings]
    ) -> tuple[str, ...]:
        """Notes that follow from more than the runs."""
        if experiment is None:
            return ()
        notes = []
        planned = len(experiment.order)
        over = sum(run.state.over for run in self.runs_of(experiment))
        if over < planned:
            notes.append(f"{over} of {planned} runs so far.")
        hidden = sum(run_settings.run.label.hidden for run_settings in candidates)
        if hidden:
            notes.append(f"{plural(hidden, 'hidden run')} of it counted, too.")
        return tuple(notes)

    def _answer(
        self,
        question: Question,
        candidates: Sequence[RunSettings],
        experiment: Experiment | None,
        before: tuple[str, ...],
    ) -> ShownCharts:
        knobs = self._session.workloads.get(question.workload).chain.knobs
        chosen = _SPEED if question.view is View.MEMORY else metric(question.metric)
        groups = gather(candidates, chosen, knobs, self._facts.figure)
        chart: AnyChart
        if question.view is View.ONE:
            chart = one_knob(groups, question.knob, question.second)
        elif question.view is View.TWO:
            chart = two_knobs(groups, question.knob, question.second)
        elif question.view is View.ALL:
            chart = all_knobs(groups)
        elif question.view is View.MEMORY:
            memory = gather(candidates, _MEMORY, knobs, self._facts.figure)
            chart = speed_and_memory(groups, memory)
        else:
            swept = experiment is not None and experiment.kind is ExperimentKind.SWEEP
            axes = [axis.key for axis in experiment.axes] if experiment and swept else []
            chart = knob_influence(groups, axes)
        return ShownCharts(chart, groups, (*before, *self._training(groups), *chart.notes))

    def _training(self, groups: RunGroups) -> tuple[str, ...]:
        """Where the training differs; of many runs that takes longer than all else together."""
        baseline = self._session.baseline
        firsts = (group.runs[0].id for group in groups.groups)
        key = (baseline.id if baseline else "", *firsts)
        if key != self._trained[0]:
            self._trained = (key, training_of(groups, baseline))
        return self._trained[1]
