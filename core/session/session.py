"""What the application knows: recorded runs and the run that is under way.

Used by the window and by the command line alike; knows nothing of Qt and of threads. All
methods are called from one thread; a run's events may come from another through a queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from core.folders import Folders
from core.machine_memory import collector_paused
from core.measure.loading import check_tensorflow
from core.model.diagnosis import DiagnosisOptions
from core.model.errors import ExplorerError
from core.model.events import Event, RunEnded
from core.model.plan import PROCESS, Part, RunPlan
from core.model.recording import Recording
from core.model.run import LabelValue, Run, RunState
from core.model.settings import Settings
from core.model.tracing import TraceOptions
from core.pipeline.stages.process import check_engine
from core.session.engine_choice import engine_for
from core.session.experiments import Experiments
from core.session.following import Followed
from core.session.lease import Leases
from core.session.new_run import new_run, with_free_number
from core.session.queue import RunQueue
from core.session.recorder import Recorder
from core.session.run_list import RunList
from core.session.traces import Traces
from core.session.trust import Trust, check_agreed
from core.session.unrecorded import Unrecorded
from core.store.archive import Archive
from core.store.followed_log import LogNews
from core.store.problem import notice_of
from core.store.read_log import steps_kept
from core.workloads.workload import Workload


class Session(RunList):
    """Runs, old and new; see the base class for what is read of them.

    Attributes:
        folders: Where recordings and generated data are.
        recorder: Writes its events down; see ``Recorder``.
        queue: Runs that wait.
        traces: Files of the traces of runs.
        experiments: Comparisons, sweeps and diagnoses.
        trust: Whose code may be run.
        interpreter: The Python that new runs train in, by its executable; empty for this
            program's own. Chosen by the person each time: a recording sets it never.
        notice: What had to be done to open the recordings, in words; empty normally.
        example: These are the runs that come with the program: none is added.
        interrupted: Runs whose program ended while they were under way, found on opening.
        changed: Called without arguments after the list of runs, or a run in it, changed.
        message_callbacks: Called with a sentence on what went well after all, or happened
            elsewhere.
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
        super().__init__(Archive(folders.summary, folders.logs) if record else Unrecorded())
        with collector_paused():
            self._take_in(self._store.load())
        self.trust = Trust(folders.agreed)
        self.interpreter = ""
        self.example = False
        self._join_ceilings()
        self.recorder = Recorder()
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
        self.message_callbacks: list[Callable[[str], None]] = []

    def close(self) -> None:
        """Close the recordings, and leave experiments to others."""
        self.experiments.leases.give_up_all()
        self._store.close()

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
        interrupted, findings = len(self._store.interrupted), len(self._store.findings)
        runs = self._store.refresh()
        self._take_in(runs)
        self.experiments.refresh()
        if runs:
            self._join_ceilings()
            self._notify()
        for run in self._store.interrupted[interrupted:]:
            name = self.experiments.name_of(run)
            self._tell(f"{name} of another program was interrupted, {steps_kept(run)}.")
        if notice := notice_of(self._store.findings[findings:]):
            self._tell(notice)

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
            own = self._runs[run.id]
            return replace(run, number=own.number, label=own.label, plan=own.plan)
        shown = (*self._runs.values(), *(followed.run for followed in self.following.all))
        return replace(with_free_number(run, shown), plan=self._resolved(run.plan))

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
            replaced = self.following.is_replaced_by(run, self.folders.logs)
            if replaced and (changes := self.following.drop(run.id).changes):
                self.relabel(run.id, **changes)

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

    def _tell(self, text: str) -> None:
        for callback in tuple(self.message_callbacks):
            callback(text)

    def _notify(self) -> None:
        for callback in tuple(self.changed):
            callback()
