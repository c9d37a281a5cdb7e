"""What a script that is watched sends is kept, whatever becomes of the script."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import numpy as np
import pytest

from core.folders import Folders
from core.model.events import EnvironmentSeen, EpochBegan, Event, RunEnded, StepsTaken
from core.model.run import Run, RunState
from core.model.user_code import WatchedFit
from core.records.encode import encode
from core.records.frames import frame
from core.records.messages import WatchedFitBegan, WatchEnded
from core.session import Session
from core.session.watch_recorder import WatchRecorder
from core.store.archive import Archive
from core.store.run_log import RunLog
from tests.disks import FULL, Disk


class Script:
    """Stands for the process of a script."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "train.py"
        self.file.write_text("print()\n")
        self.folders = Folders.under(folder / "data")
        self.folders.make()
        self._end, self._theirs = socket.socketpair()
        self._sent = 0

    def send(self, number: int, record: object) -> None:
        self.send_bytes(frame(number.to_bytes(4, "big") + encode(record), self._sent))
        self._sent += 1

    def send_bytes(self, data: bytes) -> None:
        self._end.sendall(data)

    def fits(self, number: int) -> None:
        fit = WatchedFit(str(self.file), ("--lr", "1"), number, "train.py:3")
        self.send(number, WatchedFitBegan(fit, {"fit.device": "cpu", "fit.epochs": 1}))
        self.send(number, EpochBegan(0))

    def ends(self, interpreter: str = "") -> str:
        """What is said once its process is gone."""
        self._end.close()
        with self._theirs:
            return WatchRecorder(self.folders, self.file, interpreter).take_all(self._theirs)

    def session(self) -> Session:
        return Session(self.folders)


def steps(first: int) -> Event:
    times_s = np.arange(first, first + 3)[:, None] + np.array([0.0, 0.1, 0.2])
    return StepsTaken(times_s, np.full(3, 8), 0.5)


def test_trainings_of_two_threads_are_two_runs_with_names_of_their_own(tmp_path: Path) -> None:
    script = Script(tmp_path)
    script.fits(1)
    script.fits(2)
    script.send(1, steps(0))
    script.send(2, steps(0))
    script.send(2, steps(3))
    script.send(2, RunEnded(RunState.DONE, None, 6.0))
    script.send(1, RunEnded(RunState.DONE, None, 7.0))
    script.send(0, WatchEnded(2))
    assert script.ends() == "2 trainings of train.py recorded: train.py fit 1, train.py fit 2."
    session = script.session()
    first, second = session.runs
    assert (first.name, second.name) == ("train.py fit 1", "train.py fit 2")
    assert (first.number, second.number) == (1, 2)
    assert (first.samples.steps, second.samples.steps) == (3, 6)
    assert first.label.colour != second.label.colour
    assert first.plan.workload != second.plan.workload
    session.close()


def test_a_script_that_was_killed_leaves_an_interrupted_run_with_all_that_came(
    tmp_path: Path,
) -> None:
    script = Script(tmp_path)
    script.fits(1)
    script.send(1, EnvironmentSeen({"tensorflow": "2.18.1"}))
    script.send(1, steps(0))
    script.send_bytes(frame(b"cut off", 99)[:-2])
    assert "1 training of train.py recorded" in script.ends("/theirs/bin/python")
    session = script.session()
    (run,) = session.runs
    assert run.state is RunState.INTERRUPTED
    assert run.samples.steps == 3
    assert run.environment == {"tensorflow": "2.18.1", "interpreter": "/theirs/bin/python"}
    assert session.notice == ""
    session.close()


def test_what_cannot_be_read_ends_the_recording_and_is_told(tmp_path: Path) -> None:
    script = Script(tmp_path)
    script.fits(1)
    script.send(1, steps(0))
    script.send_bytes(b"garbage that is no frame at all")
    assert script.ends().endswith("What it sent at last cannot be read.")
    session = script.session()
    assert [run.samples.steps for run in session.runs] == [3]
    session.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_what_a_full_disk_lost_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(tmp_path)
    script.fits(1)
    for first in range(0, 90, 3):
        script.send(1, steps(first))
    script.send(1, RunEnded(RunState.DONE, None, 90.0))
    disk = Disk(script.folders.logs, monkeypatch)
    disk.fill(room_bytes=2000)
    said = script.ends()
    assert said.startswith("1 training of train.py recorded: train.py fit 1. ")
    assert "The end of train.py fit 1 is lost: " in said
    assert said.endswith(f"cannot be written ({FULL}).")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_training_that_could_not_be_recorded_hides_none_that_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script(tmp_path)
    script.fits(1)
    script.send(1, RunEnded(RunState.DONE, None, 6.0))
    script.fits(2)
    disk = Disk(script.folders.logs, monkeypatch)
    begin = Archive.begin

    def filled(archive: Archive, run: Run) -> tuple[Run, RunLog]:
        if run.number == 2:
            disk.fill()
        return begin(archive, run)

    monkeypatch.setattr(Archive, "begin", filled)
    assert script.ends() == (
        f"1 training of train.py recorded: train.py fit 1. Not recorded: train.py fit 2 ({FULL})."
    )


def test_why_nothing_was_watched_is_told(tmp_path: Path) -> None:
    script = Script(tmp_path)
    script.send(0, WatchEnded(0, ("Keras 3.5 with the backend jax",)))
    said = "No training of train.py was recorded. Not watched: Keras 3.5 with the backend jax."
    assert script.ends() == said
