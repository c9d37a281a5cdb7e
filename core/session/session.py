"""What the application knows: recorded runs and the run that is under way.

Used by the window and by the command line alike; knows nothing of Qt and of threads. All
methods are called from one thread; a run's events may come from another through a queue.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from core.analysis.stages.ceilings import ceiling_key, join_ceilings
from core.folders import Folders
from core.machine_memory import collector_paused
from core.measure.loading import check_tensorflow
from core.model.diagnosis import DiagnosisOptions
from core.model.errors import ExplorerError, InputError
from core.model.events import Event, RunEnded
from core.model.measured.ceilings import Ceilings
from core.model.plan import PROCESS, Part, RunPlan
from core.model.recording import Recording
from core.model.run import LabelValue, Run, RunState
from core.model.settings import Settings
from core.model.tracing import TraceOptions
from core.pipeline.stages.process import check_engine
from core.session.engine_choice import engine_for
from core.session.experiments import Experiments
from core.session.following import Followed, Following
from core.session.lease import Leases
from core.session.new_run import new_run, told_apart
from core.session.queue import RunQueue
from core.session.recorder import Recorder
from core.session.traces import Traces
from core.session.trust import Trust, check_agreed
from core.session.unrecorded import Unrecorded
from core.store.archive import Archive
from core.store.followed_log import LogNews
from core.store.problem import told
from core.store.read_log import steps_kept
from core.store.run_story import StoryLine
from core.user_code.known_workloads import Workloads
from core.workloads.workload import Workload


class Session:
    """Runs, old and new.

    Attributes:
        folders: Where recordings and generated data are.
        recording: The run that is under way; None between runs.
        recorder: Writes its events down; see ``Recorder``.
        queue: Runs that wait.
        traces: Files of the traces of runs.
        experiments: Comparisons, sweeps and diagnoses.
        following: Runs that other programs record, here or elsewhere, as far as they have come.
        workloads: What can be run: built-in workloads, and people's own code that was opened or is
            recorded.
        trust: Whose code may be run.
        interpreter: The Python that new runs train in, by its executable; empty for this
            program's own. Chosen by the person each time: a recording sets it never.
        notice: What had to be done to open the recordings, in words; empty normally.
        example: These are the runs that come with the program: none is added.
        interrupted: Runs whose program ended while they were under way, found on opening.
        changed: Called without arguments after the list of runs, or a run in it, changed.
        told: Called with a sentence on what went well after all, or happened elsewhere.
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
        self._store = Archive(folders.summary, folders.logs) if record else Unrecorded()
        self.workloads = Workloads()
        self._runs: dict[str, Run] = {}
        self.following = Following()
        with collector_paused():
            self._take_in(self._store.load())
        self.trust = Trust(folders.agreed)
        self.interpreter = ""
        self.example = False
        self._ceilings: dict[str, Ceilings] = {}
        self._join_ceilings()
        self.recording: Recording | None = None
        self.recorder = Recorder()
        self._under_way = ""
        self.queue = RunQueue()
        self.traces = Traces(folders.traces)
        self.experiments = Experiments(
            lambda: (*self.runs, *self.diagnoses),
            self.workloads,
            self._store.experiments,
            str(folders.cache),
            Leases(folders.runs / "leases"),
        )
        self.notice, self.interrupted = self._store.notice, self._store.interrupted
        self.changed: list[Callable[[], None]] = []
        self.told: list[Callable[[str], None]] = []

    def close(self) -> None:
        """Close the recordings, and leave experiments to others."""
        self.experiments.leases.give_up_all()
        self._store.close()

    # -- runs -----------------------------------------------------------------------------

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

    # -- running --------------------------------------------------------------------------

    def plan(
        self,
        workload: Workload,
        settings: Settings,
        part: Part = Part.WHOLE,
        engine: str | None = None,
        diagnosis: DiagnosisOptions | None = None,
        trace: TraceOptions | None = None,
    ) -> RunPlan:
        """What a run with these settings would be.

        Args:
            workload: What is run.
            settings: A value for every knob.
            part: All of it, or one part alone.
            engine: Where the person wants it to train; ``engine_for`` decides.
            diagnosis: What a diagnosis may do.
            trace: Trace some of its steps; None: none.

        Raises:
            InputError: Settings that hold for a whole process, with the window's engine; or
                TensorFlow is not installed beside this program, and no interpreter is chosen.
        """
        if not self.interpreter:
            check_tensorflow()
        chosen = engine_for(
            workload.code, settings, wanted=engine, elsewhere=self.interpreter
        ).engine
        check_engine(settings, chosen)
        return RunPlan(
            workload.id,
            settings,
            str(self.folders.cache),
            part=part,
            code=workload.code,
            engine=chosen,
            diagnosis=diagnosis,
            trace=trace,
            interpreter=self.interpreter,
        )

    def ceilings(self, plan: RunPlan) -> Ceilings | None:
        """What runs of a plan could reach at most; None where that was not measured."""
        return self._ceilings.get(ceiling_key(plan))

    def begin(self, plan: RunPlan) -> Recording:
        """Add a run to the list and start recording it.

        Raises:
            ExplorerError: Another run is under way, TensorFlow is not installed, it would run code
                that nobody agreed to, or it cannot be recorded.
        """
        self.retry()
        if self.recording is not None:
            raise ExplorerError("A run is under way already", remedy="Stop it first.")
        if self.example:
            raise ExplorerError("Nothing is run in the example", remedy="Close it, then run.")
        if not plan.interpreter:
            check_tensorflow()
        known = self.workloads.code_of(plan.workload)
        check_agreed(self.trust, plan, known)
        # What a recording names, or waits since before, is no folder to write to on this machine.
        plan = replace(plan, code=plan.code or known)
        engine = PROCESS if plan.code or plan.interpreter else plan.engine
        plan = replace(plan, data_folder=str(self.folders.cache), engine=engine)
        if plan.trace is not None:
            plan = replace(plan, trace=replace(plan.trace, folder=str(self.traces.folder)))
        plan = self._resolved(plan)
        begun = new_run(plan, self._runs.values(), self.runs, self.ceilings(plan))
        # First on disk, then begun: a run that was begun is never lost.
        run, log = self._store.begin(begun)
        self.recorder = Recorder(log)
        self.recording = Recording(run)
        self._under_way = run.id
        self._runs[run.id] = run
        self._notify()
        return self.recording

    def handle(self, event: Event) -> None:
        """Take in an event of the run under way; the last one saves it.

        Raises:
            ExplorerError: It, or the run, could not be written; said once for as long as that
                lasts. It was taken in all the same, and what waits is written once that can be.
        """
        if self.recording is None:
            raise ExplorerError("There is no run that this event could belong to")
        self.recorder.handled(event)
        self.recording.handle(event)
        if isinstance(event, RunEnded):
            self._end(self.recording.run())
        if self.recorder.relieved():
            self._tell("What waited to be recorded is written to disk now.")
        trouble = self.recorder.take_trouble()
        if trouble:
            raise trouble

    @property
    def unsaved(self) -> tuple[Run, ...]:
        """Runs that are over and not wholly on disk; lost where the program ends like that."""
        return tuple(self._runs[key] for key in self._store.unsaved)

    def retry(self) -> None:
        """Write what waits of runs that are over, where that is possible by now."""
        written = [self.experiments.name_of(run) for run in self._store.retry()]
        if written:
            self._tell(f"{', '.join(written)}: written to disk after all.")
            self._notify()

    def changed_elsewhere(self) -> bool:
        """Whether ``refresh`` may find something new; costs next to nothing."""
        return self._store.changed_elsewhere()

    def refresh(self) -> None:
        """Take in what other programs recorded in the same folder meanwhile.

        Raises:
            ExplorerError: It cannot be read.
        """
        known, told_of = len(self._store.interrupted), len(self._store.findings)
        runs = self._store.refresh()
        self._take_in(runs)
        self.experiments.refresh()
        if runs:
            self._join_ceilings()
            self._notify()
        for run in self._store.interrupted[known:]:
            name = self.experiments.name_of(run)
            self._tell(f"{name} of another program was interrupted, {steps_kept(run)}.")
        if wrong := told(self._store.findings[told_of:]):
            self._tell(wrong)

    def running_elsewhere(self) -> tuple[Run, ...]:
        """Runs that other programs are training into the same folder, as far as they came."""
        runs = self._store.running_elsewhere()
        return tuple(run for run in runs if run.plan.part is Part.WHOLE)

    # -- runs of other programs ---------------------------------------------------------------

    @property
    def recorded_elsewhere(self) -> tuple[Path, ...]:
        """Logs in this folder that other programs write now."""
        return self._store.elsewhere

    def take_news(self, news: Iterable[LogNews]) -> tuple[Followed, ...]:
        """Take in what has arrived of logs that other programs write.

        Returns:
            Runs that have ended by that; ``core.session.sharing.take_log`` keeps those that are not
            in this session's own folder.
        """
        before = self.following.ids
        # What was interrupted here may have gone on there.
        known = {run.id for run in self._runs.values() if run.state is not RunState.INTERRUPTED}
        ended = self.following.take(news, known, self._shown_as, self._tell)
        if ended or self.following.ids != before:
            self._notify()
        return ended

    def _shown_as(self, run: Run) -> Run:
        """A run from elsewhere, with a number and a colour that no other run here has."""
        self.workloads.add_recorded([run.plan.code])
        if run.id in self._runs:
            kept = self._runs[run.id]
            return replace(run, number=kept.number, label=kept.label, plan=kept.plan)
        shown = (*self._runs.values(), *(followed.run for followed in self.following.all))
        return replace(told_apart(run, shown), plan=self._resolved(run.plan))

    # -- what the person makes of runs ----------------------------------------------------

    def relabel(self, run_id: str, **changes: LabelValue) -> None:
        """Change name, note, tags, colour, hidden, pinned or deleted of a run.

        Of one that is followed it is written down once the run is kept here.
        """
        if run_id in self.following:
            self.following[run_id].relabel(changes)
            self._notify()
            return
        run = self._runs[run_id]
        if "pinned" in changes:
            changes.setdefault("baseline", run.label.baseline)  # see ``Relabelled``
        # What cannot be kept is not shown either: the store comes first.
        run = replace(run, label=self._store.relabel(run, changes))
        if self.recording and self._under_way == run_id:
            self.recording.relabel(run)
        self._runs[run_id] = run
        self._notify()

    def set_baseline(self, run_id: str | None) -> None:
        """Make a run the baseline, instead of the one that was; None: no baseline.

        Raises:
            ExplorerError: The run is followed, and not kept here yet.
        """
        if run_id is not None and run_id in self.following:
            raise ExplorerError(
                "The run is being followed", remedy="It can be the baseline once it has ended."
            )
        if self.changed_elsewhere():
            self.refresh()  # another window may have made another one the baseline
        for run in tuple(self._runs.values()):
            if run.label.baseline != (run.id == run_id):
                self.relabel(run.id, baseline=run.id == run_id)

    def delete(self, run_id: str) -> None:
        """Put a run that is over into the bin; ``restore`` brings it back.

        Raises:
            ExplorerError: The run is under way.
        """
        if self.recording and self._under_way == run_id:
            raise ExplorerError("The run is under way", remedy="Stop it first, then delete it.")
        if run_id in self.following:
            raise ExplorerError(
                "The run is being followed", remedy="Stop following it first, then delete it."
            )
        self.relabel(run_id, deleted=True, baseline=False)

    def restore(self, run_id: str) -> None:
        """Bring a run back from the bin."""
        self.relabel(run_id, deleted=False)

    def opened(self, own: Workload) -> None:
        """Take in that a person's own code was opened: runs of it are known from now on."""
        self.workloads.add(own)
        self._take_in(run for run in tuple(self._runs.values()) if run.plan.workload == own.id)
        self.experiments.opened(own)
        self._notify()

    # -- inside ---------------------------------------------------------------------------

    def _take_in(self, runs: Iterable[Run]) -> None:
        """Runs whose settings know their stages, where these are known here."""
        runs = tuple(runs)
        # What ran is known from the records alone: none of it is run by opening them.
        self.workloads.add_recorded(run.plan.code for run in runs)
        self._runs |= {run.id: replace(run, plan=self._resolved(run.plan)) for run in runs}
        for run in runs:
            kept = self.following.is_replaced_by(run, self.folders.logs)
            if kept and (changes := self.following.drop(run.id).changes):
                self.relabel(run.id, **changes)

    def _listed(self, part: Part) -> tuple[Run, ...]:
        kept = (self._fresh(run) for run in self._runs.values() if run.id not in self.following)
        followed = (each.run for each in self.following.all)
        return tuple(
            run
            for run in itertools.chain(kept, followed)
            if not run.label.deleted and run.plan.part is part
        )

    def _resolved(self, plan: RunPlan) -> RunPlan:
        if plan.settings.known:
            return plan
        try:
            return replace(plan, settings=self.workloads.read(plan.workload, plan.settings))
        except InputError:
            return plan

    def _end(self, run: Run) -> None:
        self._runs[run.id] = run
        self.recording = None
        self._store.end(run)
        self.retry()
        if run.plan.part is not Part.WHOLE:
            self._join_ceilings()
        self._notify()
        self._after(run)

    def _after(self, run: Run) -> None:
        self.queue.run_ended(run)
        settled = self.experiments.run_ended(run)
        if settled is not None:
            turns = ((entry.id, entry.plan.turn) for entry in self.queue.waiting)
            self.queue.remove(key for key, turn in turns if turn and turn.group == settled.id)

    def _fresh(self, run: Run) -> Run:
        if self.recording is None or self._under_way != run.id:
            return run
        fresh = self.recording.run()
        return fresh if fresh.label is run.label else replace(fresh, label=run.label)

    def _join_ceilings(self) -> None:
        self._ceilings = join_ceilings(self._runs)

    def _tell(self, text: str) -> None:
        for callback in tuple(self.told):
            callback(text)

    def _notify(self) -> None:
        for callback in tuple(self.changed):
            callback()
