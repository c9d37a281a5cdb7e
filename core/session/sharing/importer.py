"""Looks at runs and experiments from elsewhere, then writes them into a folder of recorded runs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Protocol

import psutil

from core.export.files import write_bytes
from core.folders import Folders
from core.model.errors import Cancelled, ExplorerError
from core.model.experiment import Experiment
from core.model.plan import Part
from core.model.run import Label, Run
from core.session.sharing.format import Manifest, SharedMember
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.log_merge import Meeting, RecordDigests, taken_over
from core.session.sharing.outcome import Imported, ImportOutcome, ImportStatus
from core.session.sharing.pack import Report
from core.session.sharing.session_file import BadMemberError, Cancel
from core.session.traces import Traces
from core.store.append_log import write_log
from core.store.experiments import ExperimentLog, from_payload
from core.store.locks import is_held, locked_folder
from core.store.log_folder import Stamp
from core.store.read_log import run_of
from core.store.run_log import log_path
from core.store.summary import Summary, summarised

_SHOWN = 12
"""Digits of an id that tell it from all others here."""
_IN_MEMORY = 4
"""A log is in memory this many times over while it is read."""


@dataclass(frozen=True)
class _Wanted:
    """A run that is to be written.

    Attributes:
        member: Where it is in the file.
        number: Under which it will be listed.
        label: What it will be called.
        outcome: What is said of it once it is there.
    """

    member: SharedMember
    number: int
    label: Label
    outcome: ImportOutcome


class Members(Protocol):
    """Logs and experiments from elsewhere, and a list of them."""

    @property
    def manifest(self) -> Manifest:
        """The list."""

    def run(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """The log of a run."""

    def experiment(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """The text of an experiment."""

    def trace(self, member: SharedMember, cancelled: Cancel) -> bytes:
        """The trace of a run."""


class Importer:
    """First looks at everything, then writes."""

    def __init__(
        self,
        archive: Members,
        folders: Folders,
        target: ImportTarget,
        report: Report,
        cancelled: Callable[[], bool],
    ) -> None:
        self._archive, self._folders, self._target = archive, folders, target
        self._report, self._cancelled = report, cancelled
        self._outcomes: dict[str, ImportOutcome] = {}
        self._new: list[tuple[SharedMember, Run, tuple[str, ...]]] = []
        self._wanted: list[_Wanted] = []
        self._experiments: list[Experiment] = []
        self._of_experiments: list[ImportOutcome] = []

    def look(self) -> None:
        """Read and check every member; decide what becomes of it."""
        members = self._archive.manifest.runs
        for at, member in enumerate(members):
            self._report(0.5 * at / len(members), "looking at it")
            try:
                self._decide(member)
            except (BadMemberError, ValueError, MemoryError, ExplorerError) as error:
                self._outcomes[member.id] = _refused(f"run {member.id[:_SHOWN]}", error)
        self._place()
        for member in self._archive.manifest.experiments:
            try:
                self._decide_experiment(member)
            except (BadMemberError, ValueError, ExplorerError) as error:
                self._of_experiments.append(_refused(f"experiment {member.id[:_SHOWN]}", error))

    def write(self) -> Imported:
        """Write what is wanted, run by run."""
        new: list[Run] = []
        stopped = False
        summary = Summary(self._folders.summary)
        for at, wanted in enumerate(self._wanted):
            self._report(0.5 + 0.5 * at / len(self._wanted), wanted.outcome.name)
            if self._cancelled():
                stopped = True
                break
            try:
                new.append(self._take(wanted, summary))
                self._outcomes[wanted.member.id] = wanted.outcome
            except Cancelled:
                stopped = True
                break
            except (BadMemberError, ExplorerError, OSError, MemoryError) as error:
                why = error.strerror if isinstance(error, OSError) else str(error)
                self._outcomes[wanted.member.id] = _refused(wanted.outcome.name, why)
        experiments = () if stopped else self._keep_experiments()
        if not stopped:
            self._keep_traces({run.id for run in new})
        order = [
            shared_member.id
            for shared_member in self._archive.manifest.runs
            if shared_member.id in self._outcomes
        ]
        return Imported(
            tuple(self._outcomes[key] for key in order),
            tuple(self._of_experiments),
            tuple(new),
            experiments,
            stopped,
        )

    # -- looking ------------------------------------------------------------------------------

    def _decide(self, member: SharedMember) -> None:
        log, run, notes = self._read(member)
        mine = self._target.runs.get(run.id)
        listed = run.plan.part is Part.WHOLE
        if mine is None:
            # What was measured is read again when it is written: not all of it fits into memory.
            bare = Run(run.plan, run.number, run.created, run.state, label=run.label)
            self._new.append((member, bare, notes))
            return
        meeting = self._meet(log, mine)
        if meeting is Meeting.LONGER:
            why = f"It has {run.samples.steps} steps where there were {mine.samples.steps}."
            outcome = ImportOutcome(mine.name, ImportStatus.LONGER, (*notes, why), listed)
            self._wanted.append(_Wanted(member, mine.number, mine.label, outcome))
        elif meeting is Meeting.OTHER:
            why = "The run in the file has other measurements under the same id."
            self._outcomes[run.id] = ImportOutcome(mine.name, ImportStatus.KEPT, (why,), listed)
        else:
            in_bin = ("It is in the bin here.",) if mine.label.deleted else ()
            self._outcomes[run.id] = ImportOutcome(mine.name, ImportStatus.SAME, in_bin, listed)

    def _place(self) -> None:
        """Find numbers and colours for what is new, in the order in which it was run."""
        every = sorted(self._new, key=lambda new: (new[1].number, new[1].created))
        places = self._target.places([run for _, run, _ in every])
        for (member, run, notes), (number, label, more) in zip(every, places, strict=True):
            listed = run.plan.part is Part.WHOLE
            name = replace(run, number=number, label=label).name if listed else str(run.plan.part)
            outcome = ImportOutcome(name, ImportStatus.ADDED, (*notes, *more), listed)
            self._wanted.append(_Wanted(member, number, label, outcome))

    def _read(self, member: SharedMember) -> tuple[bytes, Run, tuple[str, ...]]:
        room = psutil.virtual_memory().available
        if member.bytes * _IN_MEMORY > room:
            raise BadMemberError(f"its {member.bytes} bytes do not fit into memory")
        log = self._archive.run(member, self._cancelled)
        logged_run = run_of(log)
        if logged_run.run.id != member.id:
            raise BadMemberError("it is the log of another run")
        notes: tuple[str, ...] = ()
        if logged_run.unreadable:
            notes = (f"{logged_run.unreadable} of its records cannot be read.",)
        return log, logged_run.run, notes

    def _meet(self, log: bytes, mine: Run) -> Meeting:
        path = log_path(self._folders.logs, mine.id)
        if not mine.state.over or is_held(path):
            return Meeting.SHORTER  # it is under way here
        try:
            own_log = path.read_bytes()
        except OSError as error:
            raise BadMemberError(f"its log here cannot be read ({error.strerror})") from error
        return RecordDigests.of(log).meets(RecordDigests.of(own_log))

    def _decide_experiment(self, member: SharedMember) -> None:
        experiment = from_payload(self._archive.experiment(member, self._cancelled))
        if experiment.id != member.id:
            raise BadMemberError("it has another id than its list says")
        mine = self._target.experiments.get(experiment.id)
        if mine is None:
            self._experiments.append(experiment)
        elif mine == experiment:
            self._of_experiments.append(ImportOutcome(mine.title, ImportStatus.SAME))
        else:
            why = "It is another one in the file."
            self._of_experiments.append(ImportOutcome(mine.title, ImportStatus.KEPT, (why,)))

    # -- writing ------------------------------------------------------------------------------

    def _take(self, wanted: _Wanted, summary: Summary) -> Run:
        log, run, _ = self._read(wanted.member)
        content = taken_over(log, run, wanted.number, wanted.label)
        imported = run_of(content).run
        with locked_folder(self._folders.logs):
            path = log_path(self._folders.logs, run.id)
            if run.id not in self._target.runs and path.exists():
                raise BadMemberError("another window imported it at the same time")
            write_log(path, content)
            summary.save([summarised(imported, Stamp.of(path.stat()))])
        return imported

    def _keep_experiments(self) -> tuple[Experiment, ...]:
        saved: list[Experiment] = []
        log = ExperimentLog(self._folders.logs)
        for experiment in self._experiments:
            try:
                log.save(experiment)
            except ExplorerError as error:
                self._of_experiments.append(_refused(experiment.title, error))
            else:
                saved.append(experiment)
                self._of_experiments.append(ImportOutcome(experiment.title, ImportStatus.ADDED))
        return tuple(saved)

    def _keep_traces(self, new: Collection[str]) -> None:
        """Traces of runs that are here now; one that is here already stays."""
        traces = Traces(self._folders.traces)
        for member in self._archive.manifest.traces:
            known = member.id in new or member.id in self._target.runs
            if not known or traces.file(member.id) is not None:
                continue
            try:
                content = self._archive.trace(member, self._cancelled)
                traces.folder.mkdir(parents=True, exist_ok=True)
                write_bytes(traces.path(member.id), content)
            except Cancelled:
                return
            except (BadMemberError, ExplorerError, OSError) as error:
                why = error.strerror if isinstance(error, OSError) else error
                # Beside the experiments: a run is none the worse for it.
                name = f"the trace of run {member.id[:_SHOWN]}"
                self._of_experiments.append(_refused(name, why))


def _refused(name: str, why: object) -> ImportOutcome:
    text = why.what if isinstance(why, ExplorerError) else str(why)
    return ImportOutcome(
        name, ImportStatus.REFUSED, (f"{text[:1].upper()}{text[1:].rstrip('.')}.",)
    )
