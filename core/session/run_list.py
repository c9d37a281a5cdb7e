"""The runs that a session knows: those in its folder, the one under way and those followed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

from core.analysis.stages.ceilings import ceiling_key, join_ceilings
from core.model.errors import InputError
from core.model.measured.ceilings import Ceilings
from core.model.plan import Part, RunPlan
from core.model.recording import Recording
from core.model.run import Run, RunState
from core.model.settings import Settings
from core.session.following import Following
from core.session.unrecorded import Unrecorded
from core.store.archive import Archive
from core.store.run_story import StoryLine
from core.user_code.known_workloads import Workloads
from core.workloads.workload import Workload


class RunList:
    """Runs as they stand. ``Session`` adds to them and changes them.

    Attributes:
        recording: The run that is under way; None between runs.
        following: Runs that other programs record, here or elsewhere, as far as they have come.
        workloads: What can be run: built-in workloads, and people's own code that was opened or is
            recorded.
    """

    def __init__(self, store: Archive | Unrecorded) -> None:
        """Know none yet.

        Args:
            store: Where they are recorded.
        """
        self._store = store
        self._runs: dict[str, Run] = {}
        self._ceilings: dict[str, Ceilings] = {}
        self._under_way = ""
        self.recording: Recording | None = None
        self.following = Following()
        self.workloads = Workloads()

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs that were not deleted, oldest first; the one under way as it stands.

        Those that are followed stand last. Measurements of a part alone are not among them: runs
        carry what came of those as their ``ceilings``.
        """
        return self._listed(Part.WHOLE)

    @property
    def deleted(self) -> tuple[Run, ...]:
        """The runs that were deleted, oldest first; ``restore`` brings them back."""
        return tuple(
            run for run in self._runs.values() if run.label.deleted and run.plan.part is Part.WHOLE
        )

    @property
    def has_deleted(self) -> bool:
        """Whether there are such."""
        return any(run.label.deleted and run.plan.part is Part.WHOLE for run in self._runs.values())

    @property
    def diagnoses(self) -> tuple[Run, ...]:
        """All diagnoses that were not deleted, oldest first; the one under way as it stands."""
        return self._listed(Part.DIAGNOSIS)

    def run(self, run_id: str) -> Run:
        """One run, deleted or not; KeyError where there is none."""
        if run_id in self.following:
            return self.following[run_id].run
        return self._fresh(self._runs[run_id])

    def story(self, run_id: str) -> tuple[StoryLine, ...]:
        """What happened in a run and what it printed; nothing where it was not recorded.

        Raises:
            InputError: Its log cannot be read.
        """
        return self._store.story(run_id)

    @property
    def every_run(self) -> Mapping[str, Run]:
        """All that is kept here, deleted or not, by id; as it is now."""
        return {key: self._fresh(run) for key, run in self._runs.items()}

    @property
    def baseline(self) -> Run | None:
        """The run that others are compared with; None where nobody chose one."""
        return next((run for run in self.runs if run.label.baseline), None)

    def baseline_offered(self, workload: str) -> Run | None:
        """The first run of a workload that could be its baseline.

        None where there is a baseline, or nothing that could be compared with it.
        """
        if self.baseline is not None:
            return None
        alike = [
            run for run in self.runs if run.plan.workload == workload and run.state is RunState.DONE
        ]
        return alike[0] if len(alike) > 1 else None

    def settings_of(self, run: Run) -> tuple[Workload, Settings]:
        """The workload of a run and its settings, knobs that it did not have at their default.

        Raises:
            InputError: The workload, a knob or a value of the run does not exist any more.
        """
        workload = self.workloads.get(run.plan.workload)
        return workload, run.plan.settings.under(workload.chain)

    def ceilings(self, plan: RunPlan) -> Ceilings | None:
        """What runs of a plan could reach at most; None where that was not measured."""
        return self._ceilings.get(ceiling_key(plan))

    # -- inside ---------------------------------------------------------------------------

    def _listed(self, part: Part) -> tuple[Run, ...]:
        recorded = (self._fresh(run) for run in self._runs.values() if run.id not in self.following)
        followed = (each.run for each in self.following.all)
        return tuple(
            run
            for run in itertools.chain(recorded, followed)
            if not run.label.deleted and run.plan.part is part
        )

    def _resolved(self, plan: RunPlan) -> RunPlan:
        if plan.settings.known:
            return plan
        try:
            return replace(plan, settings=self.workloads.read(plan.workload, plan.settings))
        except InputError:
            return plan

    def _fresh(self, run: Run) -> Run:
        if self.recording is None or self._under_way != run.id:
            return run
        fresh = self.recording.run()
        return fresh if fresh.label is run.label else replace(fresh, label=run.label)

    def _join_ceilings(self) -> None:
        self._ceilings = join_ceilings(self._runs)
