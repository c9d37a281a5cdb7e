"""All that is recorded in a folder: the logs, which are the truth, and their summary."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from core.machine_memory import collector_paused
from core.model.errors import InputError
from core.model.run import Label, LabelValue, Run, RunState
from core.records.encode import encode
from core.records.entries import Relabelled, RunSummary
from core.store.append_log import append, sweep
from core.store.deferred import deferred
from core.store.experiments import ExperimentLog
from core.store.locks import locked_folder
from core.store.log_check import LogCheck
from core.store.log_folder import LogFolder, Stamp
from core.store.problem import Problem, notice_of
from core.store.quarantine import quarantine
from core.store.read_log import NewerLogError, OlderLogError, labels_after, read_log
from core.store.run_log import RunLog, log_path
from core.store.run_story import StoryLine, story_of
from core.store.summary import Summary, summarised
from core.store.write_errors import write_error

_OLD_INDEX = "runs.sqlite"
"""Of development versions before the first release."""
_RECENT_NS = 2_000_000_000
"""A folder that changed so lately may change again without its time showing it."""


class Archive:
    """The recordings of one folder, which several programs may use at once. One thread calls it.

    Attributes:
        findings: What was wrong when they were opened, and what was done about it.
        interrupted: Runs that were found to have been interrupted, and were not known as such.
        under_way: How many runs were being recorded when it was loaded.
        experiments: Comparisons and sweeps.
    """

    def __init__(self, summary: Path, logs: Path, *, act: bool = True) -> None:
        """Open the recordings.

        Args:
            summary: The file of the summary.
            logs: The folder of the logs.
            act: Whether anything is changed on disk.
        """
        self._logs, self._folder, self._act = LogFolder(logs), logs, act
        self._summary, self._old_index = Summary(summary), summary.with_name(_OLD_INDEX)
        self.findings: list[Problem] = []
        self.interrupted: tuple[Run, ...] = ()
        self.under_way = 0
        self._known: dict[str, Stamp] = {}
        self._elsewhere: set[str] = set()
        self._doubtful: set[str] = set()
        self._open: dict[str, tuple[Run, RunLog]] = {}
        self._changed_ns = 0
        if act:
            with contextlib.suppress(OSError):  # said where something is to be written
                logs.mkdir(parents=True, exist_ok=True)
            with locked_folder(logs):
                sweep(logs)
        self.experiments = ExperimentLog(logs)

    def close(self) -> None:
        """Write what still can be, then let go of all files."""
        self.retry()
        for _, log in self._open.values():
            log.close()

    # -- what there is ----------------------------------------------------------------------

    def load(self, *, deep: bool = False) -> list[Run]:
        """All runs, deleted ones included, oldest first.

        Args:
            deep: Read all of every log, whatever the summary says.
        """
        with collector_paused():
            return self._loaded(deep=deep)

    def _loaded(self, *, deep: bool) -> list[Run]:
        entries = self._summary.load()
        changed_ns = self._logs.changed_ns()
        try:
            stamps = self._logs.stamps()
        except OSError as error:
            stamps = {key: _stamp_of(entry) for key, entry in entries.items()}
            what = f"the logs cannot be read ({error.strerror or error})"
            self.findings.append(Problem(str(self._folder), what, mended=False))
        check = LogCheck(self._folder, act=self._act)
        runs, unchanged = [], {}
        for key, stamp in stamps.items():
            entry = entries.get(key)
            if entry is not None and _stamp_of(entry) == stamp and not deep:
                unchanged[key] = entry
        wanted = stamps.keys() - unchanged.keys()
        runs += [self._taken(entry) for entry in unchanged.values()]
        read, added = self._read(check, wanted)
        runs += read
        entries_now = [*unchanged.values(), *added]
        self._tell_of_lost(check, entries, stamps)
        added = [entry for entry in added if not _same(entry, entries.get(entry.run.id))]
        if deep:
            self._tell_of_differing(check, entries, added)
        lost = bool(entries.keys() - stamps.keys())
        if self._act:
            with locked_folder(self._folder):
                self._summary.save(added)
                self._summary.tidy(entries_now, anyhow=lost)
        self._remember(changed_ns)
        self._report(check)
        return sorted(runs, key=_in_time)

    def changed_elsewhere(self) -> bool:
        """Whether ``refresh`` may find something new. Costs next to nothing, however many runs."""
        return (
            self._summary.changed()
            or self._logs.changed_ns() != self._changed_ns
            or bool(self._doubtful)
            or self.experiments.changed_elsewhere()
            or any(not self._logs.is_held(key) for key in self._elsewhere)
        )

    @property
    def elsewhere(self) -> tuple[Path, ...]:
        """Logs in the folder that other programs write now, as far as is known."""
        return tuple(log_path(self._folder, key) for key in sorted(self._elsewhere))

    def refresh(self) -> list[Run]:
        """Runs that other programs recorded or labelled since, oldest first.

        Raises:
            ExplorerError: The folder cannot be read.
        """
        changed_ns = self._logs.changed_ns()
        entries = {
            key: entry
            for key, entry in self._summary.news().items()
            if key not in self._open and self._known.get(key) != _stamp_of(entry)
        }
        wanted = self._elsewhere | self._doubtful
        try:
            if changed_ns != self._changed_ns:
                wanted |= self._logs.ids() - self._known.keys()
        except OSError as error:
            raise InputError(
                f"The folder {self._folder} cannot be read ({error.strerror})"
            ) from error
        wanted -= self._open.keys() | entries.keys()
        self._doubtful.clear()
        check = LogCheck(self._folder)
        read, added = self._read(check, wanted)
        runs = [*(self._taken(entry) for entry in entries.values()), *read]
        if added:
            with locked_folder(self._folder):
                self._summary.save(added)
        self._remember(changed_ns)
        self.findings += check.findings
        self.interrupted = (*self.interrupted, *check.interrupted)
        return sorted(runs, key=_in_time)

    def running_elsewhere(self) -> tuple[Run, ...]:
        """Runs that other programs are recording, as far as they are written; oldest first.

        Each log is read anew. ``load`` and ``refresh`` say which runs there are.
        """
        runs = []
        for key in self._elsewhere:
            with contextlib.suppress(OSError, ValueError, NewerLogError, OlderLogError):
                run = read_log(log_path(self._folder, key)).run
                if run.state is RunState.INTERRUPTED:
                    run = replace(run, state=RunState.RUNNING, failure=None)
                runs.append(run)
        return tuple(sorted(runs, key=_in_time))

    # -- runs ---------------------------------------------------------------------------------

    def begin(self, run: Run) -> tuple[Run, RunLog]:
        """Begin the log of a run. It gets another number where another program took it meanwhile.

        Raises:
            ExplorerError: It cannot be recorded; says how to go on.
        """
        with locked_folder(self._folder):
            if run.number:
                others = self._known.keys() | self._open.keys()
                run = replace(run, number=max(run.number, self._logs.last_number(others) + 1))
            changed_ns = self._logs.changed_ns()
            log = RunLog(self._folder, run)
            if changed_ns == self._changed_ns:
                self._changed_ns = self._logs.changed_ns()  # that is no news
        self._open[run.id] = (run, log)
        return run, log

    def end(self, run: Run) -> None:
        """Take in that a run is over; what waits of it is tried again with each ``retry``."""
        self._open[run.id] = (run, self._open[run.id][1])
        self._finish(run.id)

    def retry(self) -> tuple[Run, ...]:
        """Write what waits of runs that are over; gives those of which nothing waits any more."""
        return tuple(run for key in self.unsaved if (run := self._finish(key)) is not None)

    def _finish(self, run_id: str) -> Run | None:
        run, log = self._open[run_id]
        if not log.retry():
            return None
        log.close()
        del self._open[run_id]
        stamp = self._logs.stamp(run_id)
        if stamp is not None:
            self._known[run_id] = stamp
            with locked_folder(self._folder):
                self._summary.save([summarised(run, stamp)])
        return run

    @property
    def unsaved(self) -> tuple[str, ...]:
        """Ids of runs that are over and not wholly on disk."""
        return tuple(key for key, (run, _) in self._open.items() if run.state.over)

    def relabel(self, run: Run, changes: Mapping[str, LabelValue]) -> Label:
        """Write down what the person makes of a run.

        Args:
            run: The run as it was.
            changes: Fields of its label.

        Returns:
            The label as it is now, with what other programs made of the run meanwhile.

        Raises:
            ExplorerError: It cannot be written; nothing changes.
        """
        label = replace(run.label, **changes)  # type: ignore[arg-type]
        if run.id in self._open:
            known, log = self._open[run.id]
            log.relabel(changes)
            self._open[run.id] = (replace(known, label=label), log)
            return label
        path, stamp = log_path(self._folder, run.id), self._known.get(run.id)
        try:
            with locked_folder(self._folder):
                done = append(path, [encode(Relabelled(**changes))])  # type: ignore[arg-type]
                began = stamp.bytes if stamp is not None else 0
                if done.began_bytes != began:
                    label = replace(label, **labels_after(path.read_bytes(), began))
                stamp = self._known[run.id] = Stamp.of(path.stat())
                self._summary.save([summarised(replace(run, label=label), stamp)])
        except OSError as error:
            what = f"What you changed of {run.name} cannot be written to {path}"
            raise write_error(what, error) from error
        return label

    def story(self, run_id: str) -> tuple[StoryLine, ...]:
        """What happened in a run.

        Raises:
            InputError: Its log cannot be read.
        """
        path = log_path(self._folder, run_id)
        try:
            return story_of(path)
        except OSError as error:
            raise InputError(f"The log {path} cannot be read ({error.strerror})") from error

    # -- inside -------------------------------------------------------------------------------

    def _taken(self, entry: RunSummary) -> Run:
        """The run of an entry; its samples are read from its log when they are looked at."""
        run = entry.run
        self._known[run.id] = _stamp_of(entry)
        return deferred(run, lambda: self._whole(run))

    def _whole(self, run: Run) -> Run:
        try:
            logged = read_log(log_path(self._folder, run.id))
        except (OSError, ValueError, NewerLogError, OlderLogError):
            self._doubtful.add(run.id)
            return replace(run, samples=run.samples.empty(), pipeline=())
        if not logged.ended or logged.unreadable:
            self._doubtful.add(run.id)
        return logged.run

    def _read(self, check: LogCheck, ids: Iterable[str]) -> tuple[list[Run], list[RunSummary]]:
        """Runs from their logs, and their entries; those that are being recorded are left out."""
        runs, entries = [], []
        for key in sorted(ids):
            checked = check.check(key)
            if checked is not None:
                entry = summarised(checked.run, checked.stamp)
                runs.append(self._taken(entry))
                if checked.mended:
                    entries.append(entry)
        self._elsewhere = check.under_way - self._open.keys()
        return runs, entries

    def _remember(self, changed_ns: int) -> None:
        recent = abs(time.time_ns() - changed_ns) < _RECENT_NS
        self._changed_ns = -1 if recent else changed_ns

    def _tell_of_lost(
        self, check: LogCheck, entries: Mapping[str, RunSummary], stamps: Mapping[str, Stamp]
    ) -> None:
        for key in entries.keys() - stamps.keys():
            what = "its log is gone, so it is not listed any more"
            check.findings.append(Problem(entries[key].run.name, what, mended=True))

    def _tell_of_differing(
        self, check: LogCheck, entries: Mapping[str, RunSummary], read: Iterable[RunSummary]
    ) -> None:
        for entry in read:
            known = entries.get(entry.run.id)
            if known is not None and _stamp_of(known) == _stamp_of(entry):
                what = "the summary had something else"
                check.findings.append(Problem(entry.run.name, what, "taken from its log"))

    def _report(self, check: LogCheck) -> None:
        self.interrupted = tuple(check.interrupted)
        self.under_way = len(check.under_way)
        self.findings += check.findings
        what = "an earlier development version wrote it, which this version cannot read"
        if check.older:
            done = f"renamed to *.older-* in {self._folder}"
            self.findings.append(Problem(f"{check.older} of the logs", what, done))
        if self._old_index.exists():
            done = "renamed to *.older-*"
            if self._act:
                with contextlib.suppress(OSError):
                    done = f"kept as {quarantine(self._old_index, 'older')}"
            self.findings.append(Problem(self._old_index.name, what, done))

    @property
    def notice(self) -> str:
        """What had to be done to open the recordings, in words; empty normally."""
        return notice_of([*self.findings, *self.experiments.findings])


def _stamp_of(entry: RunSummary) -> Stamp:
    return Stamp(entry.log_bytes, entry.log_changed_ns)


def _same(entry: RunSummary, known: RunSummary | None) -> bool:
    return known is not None and encode(known) == encode(entry)


def _in_time(run: Run) -> tuple[int, str]:
    return run.number, run.created
