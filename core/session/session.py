"""What the application knows: recorded runs and the run that is under way.

Used by the window and by the command line alike; knows nothing of Qt and of threads. All
methods are called from one thread; a run's events may come from another through a queue.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from core.analysis.ceilings import ceiling_key, ceilings_by_key
from core.folders import Folders
from core.model.ceilings import Ceilings
from core.model.errors import ExplorerError, InputError
from core.model.events import Event, RunEnded
from core.model.experiment import ExperimentKind
from core.model.plan import Part, RunPlan
from core.model.recording import Recording
from core.model.run import Label, Run
from core.model.settings import Settings
from core.model.workload_name import short_name
from core.pipeline.process import check_engine
from core.session.engine_choice import engine_for
from core.session.experiments import Experiments
from core.session.lease import Leases
from core.session.queue import RunQueue
from core.session.recorder import Recorder
from core.session.trust import Trust
from core.store.run_log import RunLog
from core.store.run_store import RunStore
from core.workloads.catalogue import workload
from core.workloads.own_record import recorded_files, remember_recorded
from core.workloads.workload import Workload


class Session:
    """Runs, old and new.

    Attributes:
        folders: Where recordings and generated data are.
        recording: The run that is under way; None between runs.
        recorder: Writes its events down; see ``Recorder``.
        queue: Runs that wait.
        experiments: Comparisons and sweeps.
        trust: Whose code may be run.
        notice: What had to be done to open the recordings, in words; empty normally.
        changed: Called without arguments after the list of runs, or a run in it, changed.
    """

    def __init__(self, folders: Folders, *, record: bool = True) -> None:
        """Open the recorded runs of a folder.

        Args:
            folders: Where recordings and generated data are.
            record: Whether runs are kept on disk.

        Raises:
            ExplorerError: The recordings cannot be opened.
        """
        folders.make()
        self.folders = folders
        self._store = RunStore(folders.database) if record else None
        self._runs = {run.id: run for run in self._store.load()} if self._store else {}
        # What ran is known from the records alone: none of it is run by opening them.
        remember_recorded(run.plan.pipeline for run in self._runs.values())
        self.trust = Trust(folders.agreed)
        self._ceilings: dict[str, Ceilings] = {}
        self._join_ceilings()
        self.recording: Recording | None = None
        self.recorder = Recorder()
        self._under_way = ""
        self.queue = RunQueue()
        self.experiments = Experiments(
            lambda: self.runs, self._store, str(folders.cache), Leases(folders.runs / "leases")
        )
        remember_recorded(one.pipeline for one in self.experiments.all)
        self.notice = self._store.notice if self._store else ""
        self.changed: list[Callable[[], None]] = []

    def close(self) -> None:
        """Close the recordings, and leave experiments to others."""
        self.experiments.leases.give_up_all()
        if self._store:
            self._store.close()

    # -- runs -----------------------------------------------------------------------------

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs that were not deleted, oldest first; the one under way as it stands.

        Measurements of a part alone are not among them: runs carry what came of those as their
        ``ceilings``.
        """
        return tuple(
            self._fresh(run)
            for run in self._runs.values()
            if not run.label.deleted and run.plan.part is Part.WHOLE
        )

    def run(self, run_id: str) -> Run:
        """One run, deleted or not; KeyError where there is none."""
        return self._fresh(self._runs[run_id])

    @property
    def baseline(self) -> Run | None:
        """The run that others are compared with: the pinned one, else none."""
        return next((run for run in self.runs if run.label.pinned), None)

    def settings_of(self, run: Run) -> tuple[Workload, Settings]:
        """The workload of a run and its settings, knobs that it did not have at their default.

        Raises:
            InputError: The workload, a knob or a value of the run does not exist any more.
        """
        found = workload(run.plan.workload)
        return found, found.chain.defaults().with_values(run.plan.values)

    # -- running --------------------------------------------------------------------------

    def plan(
        self,
        of: Workload,
        settings: Settings,
        part: Part = Part.WHOLE,
        engine: str | None = None,
    ) -> RunPlan:
        """What a run with these settings would be.

        Args:
            of: What is run.
            settings: A value for every knob.
            part: All of it, or one part alone.
            engine: Where it trains; None for what ``engine_for`` says.

        Raises:
            InputError: Settings that hold for a whole process, with the window's engine.
        """
        chosen = engine or engine_for(of, settings).engine
        check_engine(settings, chosen)
        return RunPlan(
            of.id,
            dict(settings),
            str(self.folders.cache),
            part=part,
            pipeline=of.record(),
            engine=chosen,
        )

    def ceilings(self, plan: RunPlan) -> Ceilings | None:
        """What runs of a plan could reach at most; None where that was not measured."""
        return self._ceilings.get(ceiling_key(plan))

    def begin(self, plan: RunPlan) -> Recording:
        """Add a run to the list and start recording it.

        Raises:
            ExplorerError: Another run is under way, it would run code that nobody agreed to, or
                it cannot be recorded.
        """
        if self.recording is not None:
            raise ExplorerError("A run is under way already", remedy="Stop it first.")
        self._check_agreed(plan)
        whole = plan.part is Part.WHOLE
        run = Run(
            plan=plan,
            number=self._next_number() if whole else 0,
            created=datetime.now(UTC).isoformat(timespec="milliseconds"),
            ceilings=self.ceilings(plan) if whole else None,
            label=self._first_label(plan),
        )
        # First on disk, then begun: a run that was begun is never lost.
        log = RunLog(self.folders.logs, run) if self._store else None
        self.recorder = Recorder(log)
        self.recording = Recording(run)
        self._under_way = run.id
        self._runs[run.id] = run
        self._notify()
        return self.recording

    def handle(self, event: Event) -> None:
        """Take in an event of the run under way; the last one saves it.

        Raises:
            ExplorerError: The run could not be saved. It stays in the list all the same.
        """
        if self.recording is None:
            raise ExplorerError("There is no run that this event could belong to")
        self.recorder.handled(event)
        self.recording.handle(event)
        if isinstance(event, RunEnded):
            run = self._runs[self.recording.run().id] = self.recording.run()
            self.recording = None
            self.recorder.close()
            if run.plan.part is not Part.WHOLE:
                self._join_ceilings()
            self._notify()
            try:
                if self._store:
                    self._store.save(run)
            finally:
                # Also where it could not be kept: what waits must not be lost over it.
                self._after(run)

    def refresh(self) -> None:
        """Take in what other programs recorded in the same folder meanwhile.

        Raises:
            ExplorerError: It cannot be read.
        """
        if self._store is None:
            return
        found = self._store.load(set(self._runs))
        self._runs |= {run.id: run for run in found}
        self.experiments.refresh()
        if found:
            self._join_ceilings()
            self._notify()

    # -- what the person makes of runs ----------------------------------------------------

    def relabel(self, run_id: str, **changes: str | int | bool) -> None:
        """Change name, note, hidden or deleted of a run."""
        run = self._runs[run_id].labelled(**changes)
        if self.recording and self._under_way == run_id:
            self.recorder.relabel(run.label)
            self.recording.relabel(run)
        elif self._store:
            # What cannot be kept is not shown either: the store comes first.
            self._store.relabel(run)
        self._runs[run_id] = run
        self._notify()

    def pin(self, run_id: str | None) -> None:
        """Make a run the baseline, instead of the one that was; None: no baseline."""
        for run in tuple(self._runs.values()):
            if run.label.pinned != (run.id == run_id):
                self.relabel(run.id, pinned=run.id == run_id)

    def delete(self, run_id: str) -> None:
        """Put a run that is over into the bin; ``restore`` brings it back.

        Raises:
            ExplorerError: The run is under way.
        """
        if self.recording and self._under_way == run_id:
            raise ExplorerError("The run is under way", remedy="Stop it first, then delete it.")
        self.relabel(run_id, deleted=True, pinned=False)

    def restore(self, run_id: str) -> None:
        """Bring a run back from the bin."""
        self.relabel(run_id, deleted=False)

    # -- inside ---------------------------------------------------------------------------

    def _check_agreed(self, plan: RunPlan) -> None:
        # What an isolated run would open by its record must be agreed to as well.
        files = list(recorded_files(plan.pipeline))
        with contextlib.suppress(InputError):  # the run itself says that there is none
            files += workload(plan.workload).own_files()
        for file, stamp in files:
            if not self.trust.trusts(stamp):
                raise ExplorerError(
                    f"A run would execute {file}, which nobody has agreed to on this machine",
                    expected="a file that was opened here since it was last changed",
                    remedy=f"Open it first: {short_name(plan.workload)} is known from a recording.",
                )

    def _after(self, run: Run) -> None:
        self.queue.run_ended(run)
        settled = self.experiments.run_ended(run)
        if settled is not None:
            turns = ((one.id, one.plan.turn) for one in self.queue.waiting)
            self.queue.remove(key for key, turn in turns if turn and turn.group == settled.id)

    def _fresh(self, run: Run) -> Run:
        if self.recording is None or self._under_way != run.id:
            return run
        fresh = self.recording.run()
        return fresh if fresh.label is run.label else replace(fresh, label=run.label)

    def _first_label(self, plan: RunPlan) -> Label:
        if plan.part is not Part.WHOLE:
            return Label(name=str(plan.part))
        turn = plan.turn
        # Of a sweep's many runs the table's settings say more than a number would.
        named = turn is not None and turn.kind == ExperimentKind.COMPARISON
        name = turn.name if turn is not None and named else ""
        return Label(name=name, colour=self._free_colour())

    def _next_number(self) -> int:
        number = max((run.number for run in self._runs.values()), default=0) + 1
        return self._store.claim_number(number) if self._store else number

    def _join_ceilings(self) -> None:
        """Give each run the ceilings of its settings; only runs for which they changed are new."""
        in_time = sorted(self._runs.values(), key=lambda run: run.created)
        self._ceilings = ceilings_by_key(in_time)
        for run in tuple(self._runs.values()):
            if run.plan.part is Part.WHOLE and (self._ceilings or run.ceilings):
                found = self.ceilings(run.plan)
                if found is not None and not found.hold_for(run.environment):
                    found = None
                if found != run.ceilings:
                    self._runs[run.id] = replace(run, ceilings=found)

    def _free_colour(self) -> int:
        """The lowest colour that no run in the list has; past the palette they come again."""
        used = {run.label.colour for run in self.runs}
        return next(colour for colour in range(len(used) + 1) if colour not in used)

    def _notify(self) -> None:
        for callback in tuple(self.changed):
            callback()
