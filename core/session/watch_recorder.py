"""Keeps what a script that is watched sends: each call of ``fit`` is a recorded run."""

from __future__ import annotations

import shlex
import socket
from pathlib import Path
from typing import get_args

from core.folders import Folders
from core.model.chain import recorded
from core.model.environment import INTERPRETER, MACHINE
from core.model.errors import ExplorerError
from core.model.events import EnvironmentSeen, Event, RunEnded
from core.model.kinds import Value
from core.model.plan import WATCHED, RunPlan
from core.model.recording import Recording
from core.model.run import Failure, Run
from core.model.user_code import WatchedFit
from core.records.decode import Decoder
from core.records.frames import FrameError, FrameStream
from core.records.messages import WatchBroken, WatchedFitBegan, WatchEnded
from core.session.new_run import new_run
from core.store.archive import Archive
from core.store.read_log import interrupted, steps_kept
from core.store.run_log import RunLog
from core.text.plural import plural
from core.text.workload_name import SCRIPT, SCRIPT_FIT

_CHUNK = 1 << 16
_RECORDS = Decoder(WatchedFitBegan, WatchEnded, WatchBroken, *get_args(Event))


class WatchRecorder:
    """Takes what comes from one script, from several of its threads at once."""

    def __init__(self, folders: Folders, script: Path, interpreter: str, machine: str = "") -> None:
        """Begin.

        Args:
            folders: Where runs are recorded.
            script: The script.
            interpreter: What runs it; empty for this program's own Python.
            machine: What environments call the machine that it is on; empty for this one.
        """
        self._folders, self._script, self._interpreter = folders, script, interpreter
        self._where: dict[str, Value] = {}
        if interpreter:
            self._where[INTERPRETER] = interpreter
        if machine:
            self._where[MACHINE] = machine
        self._archive = Archive(folders.summary, folders.logs)
        self._runs = {run.id: run for run in self._archive.load()}
        self._under_way: dict[int, tuple[Recording, RunLog]] = {}
        self._names: list[str] = []
        self._logs: dict[str, RunLog] = {}
        self._ended: WatchEnded | None = None
        self._broken: WatchBroken | None = None
        self._not_recorded: list[str] = []
        self._why_not = ""

    def take_all(self, end: socket.socket) -> str:
        """Take everything until the script is over.

        Returns:
            What came of it, in a sentence or two.
        """
        stream, whole = FrameStream(), True
        while chunk := _received(end):
            try:
                for payload in stream.feed(chunk):
                    self._take(int.from_bytes(payload[:4], "big"), payload[4:])
            except (FrameError, ValueError):
                whole = False
                break
        for number in tuple(self._under_way):
            run = interrupted(self._under_way[number][0].run())
            failure = run.failure if self._broken is None else _lost(run, self._broken)
            self._handle(number, RunEnded(run.state, failure), None)
        self._archive.close()
        return self._said(whole)

    def _take(self, number: int, payload: bytes) -> None:
        record = _RECORDS.decode(payload)
        if isinstance(record, WatchedFitBegan):
            self._begin(number, record)
        elif isinstance(record, WatchEnded):
            self._ended = record
        elif isinstance(record, WatchBroken):
            self._broken = record
        elif isinstance(record, EnvironmentSeen) and self._where:
            environment = {**record.environment, **self._where}
            self._handle(number, EnvironmentSeen(environment), None)
        else:
            self._handle(number, record, payload)

    def _begin(self, number: int, began: WatchedFitBegan) -> None:
        fit = began.fit
        plan = RunPlan(
            _workload(fit, began.stamp),
            recorded(began.settings),
            str(self._folders.cache),
            engine=WATCHED,
            interpreter=self._interpreter,
            watched=fit,
        )
        known = tuple(self._runs.values())
        run = new_run(plan, known, (run for run in known if not run.label.deleted), None)
        run = run.labelled(name=f"{Path(fit.file).name} fit {fit.fit}")
        try:
            run, log = self._archive.begin(run)
        except ExplorerError as error:
            self._why_not = getattr(error.__cause__, "strerror", "") or error.what
            self._not_recorded.append(run.name)
            return
        self._runs[run.id] = run
        self._names.append(run.name)
        self._logs[run.id] = log
        self._under_way[number] = Recording(run), log

    def _handle(self, number: int, event: Event, payload: bytes | None) -> None:
        if number not in self._under_way:
            return
        recording, log = self._under_way[number]
        log.keep(event, payload)
        recording.handle(event)
        if isinstance(event, RunEnded):
            del self._under_way[number]
            self._archive.end(recording.run())
            if log.trouble is None:
                self._logs.pop(recording.run().id, None)

    def _said(self, whole: bool) -> str:
        name, not_watched = self._script.name, self._ended.not_watched if self._ended else ()
        if self._names:
            count = plural(len(self._names), "training")
            sentence = f"{count} of {name} recorded: {_listed(self._names)}."
        elif not_watched or self._not_recorded:
            sentence = f"No training of {name} was recorded."
        else:
            sentence = f"{name} never called model.fit of Keras 3: nothing was recorded."
        parts = [sentence, *(f"Not watched: {why}." for why in not_watched)]
        if self._not_recorded:
            parts.append(f"Not recorded: {_listed(self._not_recorded)} ({self._why_not}).")
        if unsaved := self._archive.unsaved:
            trouble = self._logs[unsaved[0]].trouble
            why = f": {trouble.what}" if trouble is not None else ""
            names = [self._runs[run_id].name for run_id in unsaved]
            parts.append(f"The end of {_listed(names)} is lost{why}.")
        if self._broken is not None:
            broken = self._broken
            parts.append(f"The connection to {broken.machine} was lost ({broken.why}).")
        elif not whole:
            parts.append("What it sent at last cannot be read.")
        return " ".join(parts)


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:3])}{', ...' if names[3:] else ''}"


def _received(end: socket.socket) -> bytes:
    try:
        return end.recv(_CHUNK)
    except OSError:
        return b""


def _lost(run: Run, broken: WatchBroken) -> Failure:
    return Failure(
        f"The connection to {broken.machine} was lost ({broken.why}): interrupted, "
        f"{steps_kept(run)}",
        remedy=f"Run it again once `ssh {broken.machine}` works. What ran over there ends by "
        "itself within seconds.",
    )


def _workload(fit: WatchedFit, stamp: str) -> str:
    """The id of what was trained: of the same text with the same arguments it is the same."""
    which = () if fit.fit == 1 else (f"{SCRIPT_FIT}{fit.fit}",)
    text = shlex.join((*which, fit.file, *fit.arguments))
    return f"{SCRIPT}{text}@{stamp[:8] or '0' * 8}"
