"""Comparisons, sweeps and diagnoses: kept, gone on with, and what came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from core.analysis.comparisons.comparison import Comparison, comparison_of, settles
from core.analysis.comparisons.places import by_place
from core.analysis.sweeps.sweep import SweepResult, sweep_of
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.plan import PROCESS, RunPlan
from core.model.run import Run, RunState
from core.model.settings import Settings
from core.model.turn import ExperimentKind, Place
from core.pipeline.stages.process import without_defaults
from core.session.lease import Leases
from core.store.experiments import ExperimentLog
from core.user_code.known_workloads import Workloads
from core.workloads.workload import Workload

ExperimentResult = Comparison | SweepResult | Run
RunsOf = Callable[[], Iterable[Run]]


class Experiments:
    """All experiments of a session.

    Attributes:
        leases: Which of them this program carries out.
        changed: Called without arguments after the list, or an experiment in it, changed.
    """

    def __init__(
        self,
        runs: RunsOf,
        workloads: Workloads,
        store: ExperimentLog | None,
        data_folder: str,
        leases: Leases,
    ) -> None:
        """Take over what was recorded.

        Args:
            runs: Gives all runs that were not deleted, the one under way as it stands.
            workloads: What can be run.
            store: Where experiments are kept; None for nowhere.
            data_folder: Where generated data are.
            leases: Who carries out which.
        """
        self.leases = leases
        self._runs, self._workloads = runs, workloads
        self._store, self._data_folder = store, data_folder
        self._known = self._read(store.load() if store else [])
        self._numbers: dict[str, int] = {}
        self._named: dict[str, tuple[Run, Run]] = {}
        self.changed: list[Callable[[], None]] = []

    # -- what there is --------------------------------------------------------------------

    @property
    def all(self) -> tuple[Experiment, ...]:
        """Those that were not deleted, oldest first."""
        experiments = (experiment for experiment in self._known.values() if not experiment.deleted)
        return tuple(sorted(experiments, key=lambda experiment: experiment.created))

    @property
    def every(self) -> Mapping[str, Experiment]:
        """All that are known, deleted or not, by id; as they are now."""
        return dict(self._known)

    def get(self, experiment_id: str) -> Experiment:
        """One, deleted or not; KeyError where there is none."""
        return self._known[experiment_id]

    def of(self, run: Run) -> Experiment | None:
        """The experiment that a run belongs to; None where it belongs to none."""
        turn = run.plan.turn
        return None if turn is None else self._known.get(turn.group)

    def label(self, experiment: Experiment) -> str:
        """Its name, else ``comparison 2``: short, and no other has the same without a name."""
        if experiment.name.strip():
            return experiment.title
        if len(self._numbers) != len(self._known):
            # What is deleted stays known, so that a number is never given twice.
            count: Counter[str] = Counter()
            for known in sorted(self._known.values(), key=lambda known: known.created):
                count[known.kind] += 1
                self._numbers[known.id] = count[known.kind]
        return f"{experiment.kind} {self._numbers.get(experiment.id, 0)}"

    def name_of(self, run: Run) -> str:
        """A run's name with its experiment: ``prefetch or not · B 2``; one that was given stays."""
        experiment, turn = self.of(run), run.plan.turn
        if experiment is None or turn is None or run.label.name not in ("", turn.name):
            return run.name
        return f"{self.label(experiment)} · {run.name}"

    def named(self, run: Run) -> Run:
        """The same run under the name that it has among all others, for what is said of it."""
        name = self.name_of(run)
        if name == run.name:
            return run
        known = self._named.get(run.id)
        if known is None or known[0] is not run or known[1].label.name != name:
            known = self._named[run.id] = (run, run.labelled(name=name))
        return known[1]

    def runs(self, experiment: Experiment) -> dict[Place, Run]:
        """Its runs by their place; of several at one the latest that was done, else the latest."""
        return by_place(experiment.id, self._runs())

    def missing(self, experiment: Experiment) -> tuple[Place, ...]:
        """Places without a run that is done or under way, in the order of the experiment."""
        runs = self.runs(experiment)
        there = {
            place for place, run in runs.items() if run.state is RunState.DONE or not run.state.over
        }
        return tuple(place for place in experiment.order if place not in there)

    def unfinished(self) -> tuple[tuple[Experiment, int], ...]:
        """Those of which runs are missing, oldest first, and how many; looks at each run once."""
        there: dict[str, set[Place]] = {}
        for run in self._runs():
            turn = run.plan.turn
            if turn is not None and (run.state is RunState.DONE or not run.state.over):
                there.setdefault(turn.group, set()).add(turn.place)
        missing = (
            (
                experiment,
                sum(place not in there.get(experiment.id, ()) for place in experiment.order),
            )
            for experiment in self.all
        )
        return tuple((experiment, count) for experiment, count in missing if count)

    def result(self, experiment: Experiment) -> ExperimentResult:
        """What came of it so far; of a diagnosis its run, which has an answer.

        Raises:
            InputError: Its workload, a knob or a value does not exist any more, or nothing of a
                diagnosis is known yet.
        """
        runs = self.runs(experiment)
        if experiment.kind is ExperimentKind.DIAGNOSIS:
            answered = [run for run in runs.values() if run.answer is not None]
            if not answered:
                raise InputError("Nothing is known yet")
            return answered[0]
        if experiment.kind is ExperimentKind.COMPARISON:
            return comparison_of(experiment, runs)
        for settings in experiment.configurations:
            self._workloads.read(experiment.workload, settings)
        return sweep_of(experiment, runs)

    def why_not_again(self, experiment: Experiment) -> str:
        """Why it cannot be run any more, in a sentence; empty where it can."""
        return self._workloads.why_unknown(experiment)

    def opened(self, workload: Workload) -> None:
        """Take in that a workload is known from now on."""
        self._known |= self._read(
            experiment
            for experiment in self._known.values()
            if workload.id in (experiment.workload, *experiment.workloads) and not experiment.known
        )

    def refresh(self) -> None:
        """Take in what other programs made of them in the same folder meanwhile.

        Raises:
            ExplorerError: It cannot be read.
        """
        if self._store is None or not self._store.changed_elsewhere():
            return
        recorded = self._read(self._store.load())
        if any(self._known.get(key) != experiment for key, experiment in recorded.items()):
            self._known |= recorded
            for callback in tuple(self.changed):
                callback()

    # -- what is done with them -----------------------------------------------------------

    def add(self, experiment: Experiment) -> Experiment:
        """Keep an experiment; it is not begun by that.

        Returns:
            What is kept, from now on to be used instead: it says how a person's own code is opened.

        Raises:
            ExplorerError: It cannot be kept.
        """
        code = experiment.code or self._workloads.code_of(experiment.workload)
        experiment = replace(experiment, code=code)
        if experiment.code is not None:
            # Whatever was chosen: see ``engine_for``.
            experiment = replace(experiment, engine=PROCESS)
        return self._keep(experiment)

    def change(self, experiment_id: str, **changes: str | bool | int) -> Experiment:
        """Give it another ``name``, or put it into the bin and take it out (``deleted``).

        Raises:
            ExplorerError: It cannot be kept; nothing changes.
        """
        self.refresh()  # another window may have changed something else of it
        return self._keep(replace(self._known[experiment_id], **changes))  # type: ignore[arg-type]

    def plans(self, experiment: Experiment) -> tuple[RunPlan, ...]:
        """Runs for all that is missing of it, in its order."""
        return tuple(self._plan(experiment, place) for place in self.missing(experiment))

    def unfinished_like(self, wanted: Experiment) -> Experiment | None:
        """The latest that asks the same, was begun and lacks runs, to go on with; None for none.

        In which order configurations and axes were named does not matter.
        """

        def question(asked: Experiment) -> tuple[object, ...]:
            every = [
                (asked.workload_of(which), frozenset(without_defaults(settings).items()))
                for which, settings in enumerate(asked.configurations)
            ]
            # A comparison's first configuration is its baseline.
            first = every[0] if asked.kind is ExperimentKind.COMPARISON and every else None
            axes = frozenset((axis.key, frozenset(axis.values)) for axis in asked.axes)
            settled = asked.settled_after is not None
            return (
                asked.kind, asked.workload, Counter(every), first, asked.repeats, axes,
                asked.design, asked.early, settled, asked.engine, asked.interpreter,
                asked.diagnosis,
            )  # fmt: skip

        experiments = (
            experiment
            for experiment in reversed(self.all)
            if question(experiment) == question(wanted)
            and self.missing(experiment)
            and self.runs(experiment)
        )
        return next(experiments, None)

    def copy(self, experiment: Experiment, **changes: object) -> Experiment:
        """The same to be run anew, not kept yet; nothing of what was measured goes with it."""
        made = Experiment(
            experiment.kind,
            experiment.workload,
            experiment.configurations,
            experiment.repeats,
            experiment.axes,
            experiment.design,
            experiment.early,
            name=experiment.name,
            code=experiment.code,
            engine=experiment.engine,
            interpreter=experiment.interpreter,
            diagnosis=experiment.diagnosis,
            workloads=experiment.workloads,
        )
        return replace(made, **changes)  # type: ignore[arg-type]

    def run_ended(self, run: Run) -> Experiment | None:
        """Look whether a run that ended settles its comparison, where that may stop early.

        Returns:
            The experiment that is settled by it; the runs that are left of it make no sense now.
        """
        experiment, turn = self.of(run), run.plan.turn
        if experiment is None or turn is None:
            return None
        if not settles(experiment, self.runs(experiment), turn.repeat):
            return None
        return self._keep(replace(experiment, settled_after=turn.repeat + 1))

    def _plan(self, experiment: Experiment, place: Place) -> RunPlan:
        plan = experiment.plan(place, self._data_folder)
        if experiment.kind is not ExperimentKind.DIAGNOSIS:
            return plan
        before = self.runs(experiment).get(place)
        return plan if before is None else replace(plan, resumed=before.answer)

    def _read(self, experiments: Iterable[Experiment]) -> dict[str, Experiment]:
        """Experiments by id, with settings that know their chain where it is known here."""
        experiments = tuple(experiments)
        self._workloads.add_recorded(experiment.code for experiment in experiments)
        return {
            experiment.id: replace(
                experiment,
                configurations=tuple(
                    self._settings(experiment.workload_of(which), settings)
                    for which, settings in enumerate(experiment.configurations)
                ),
            )
            for experiment in experiments
        }

    def _settings(self, workload_id: str, settings: Settings) -> Settings:
        try:
            return self._workloads.read(workload_id, settings)
        except InputError:
            return settings

    def _keep(self, experiment: Experiment) -> Experiment:
        if self._store:
            # What cannot be kept is not shown either: the store comes first.
            self._store.save(experiment)
        self._known[experiment.id] = experiment
        for callback in tuple(self.changed):
            callback()
        return experiment
