"""What a report is made of: the experiment, all of its runs, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from core.analysis.comparisons.comparison import Comparison, comparison_of
from core.analysis.comparisons.members import ExperimentMember, members
from core.analysis.comparisons.places import by_place
from core.analysis.sweeps.sweep import SweepResult, sweep_of
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.run import Run, RunState
from core.model.settings import Settings
from core.model.turn import ExperimentKind, configuration_name
from core.user_code.known_workloads import Workloads
from core.workloads.workload import Workload


@dataclass(frozen=True)
class Material:
    """Everything that a report says follows from these.

    Attributes:
        experiment: The comparison or sweep.
        runs: Every run of it in order of time, also what failed, was stopped or was run again.
        data_folder: Folder that holds generated data; the code of the configurations names it.
        made: When the report is made.
        workloads: What its code can be written from.
    """

    experiment: Experiment
    runs: Sequence[Run]
    data_folder: Path
    made: datetime
    workloads: Workloads

    @cached_property
    def workload(self) -> Workload | None:
        """The workload; None where it does not exist any more."""
        try:
            return self.workloads.get(self.experiment.workload)
        except InputError:
            return None

    def workload_of(self, which: int) -> Workload | None:
        """The workload of a configuration, by its place from 0; None where it is gone."""
        own = self.experiment.workload_of(which)
        return self.workload if own == self.experiment.workload else self.workloads.get(own)

    @cached_property
    def settings(self) -> Sequence[Settings | None]:
        """Each configuration; None where a knob or a value of it does not exist any more."""
        return [settings if settings.known else None for settings in self.experiment.configurations]

    @cached_property
    def why_unknown(self) -> str:
        """Why configurations cannot be read with this version; empty where they can."""
        return self.workloads.why_unknown(self.experiment)

    @cached_property
    def names(self) -> Sequence[str]:
        """What each configuration is called: ``A``, ``#3``."""
        count = len(self.experiment.configurations)
        return [configuration_name(self.experiment.kind, which) for which in range(count)]

    @cached_property
    def result(self) -> Comparison | SweepResult | None:
        """What came of it; None for a sweep whose workload, knob or value is gone."""
        places = by_place(self.experiment.id, self.runs)
        if self.experiment.kind is ExperimentKind.COMPARISON:
            return comparison_of(self.experiment, places)
        return sweep_of(self.experiment, places) if self.experiment.known else None

    @cached_property
    def members(self) -> Mapping[str, ExperimentMember]:
        """Each run's part in it."""
        return members(self.runs, [self.experiment])

    @property
    def done(self) -> int:
        """Places at which a run is done."""
        places = by_place(self.experiment.id, self.runs)
        wanted = set(self.experiment.order)
        return sum(run.state is RunState.DONE for place, run in places.items() if place in wanted)

    @property
    def planned(self) -> int:
        """Runs that there are to be."""
        return len(self.experiment.order)


def material_of(
    experiment: Experiment,
    runs: Sequence[Run],
    data_folder: Path,
    made: datetime,
    workloads: Workloads,
) -> Material:
    """Pick the runs of an experiment out of all."""
    its_runs = [run for run in runs if run.plan.turn and run.plan.turn.group == experiment.id]
    return Material(experiment, its_runs, data_folder, made, workloads)
