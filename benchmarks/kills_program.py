"""A program that records and is killed by ``benchmarks.kills``; not to be run by itself.

``python -m benchmarks.kills_program HOW FOLDER SIDE ENGINE WORKLOAD [ASSIGNMENT ...]``. After each
event that was kept it notes in the file SIDE, in a line each, the run's id and how many steps of it
are acknowledged.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np

from core.folders import Folders
from core.model.events import (
    EpochBegan,
    EpochEnded,
    Event,
    Phase,
    PhaseStarted,
    RunEnded,
    RunPrepared,
    StepsTaken,
)
from core.model.run import Prepared, RunState
from core.session import Session
from core.session.recorder import Recorder
from core.workloads.catalogue import workload

EPOCHS = "10000"
"""Longer than any run is let live, on whatever machine."""


def note_acknowledged(side: Path) -> None:
    """Have every recorder note what it has kept, once it has kept it."""
    file = os.open(side, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    keep = Recorder.keep
    steps: Counter[str] = Counter()

    def keep_and_note(self: Recorder, event: Event) -> None:
        keep(self, event)
        if self._log is None or self._log.trouble is not None:
            return
        key = self._log.run_id
        steps[key] += len(event.examples) if isinstance(event, StepsTaken) else 0
        ended = isinstance(event, RunEnded)
        os.write(file, f"{key} {steps[key]} {'ended' if ended else 'goes on'}\n".encode())

    Recorder.keep = keep_and_note  # type: ignore[method-assign]


def scripted(folders: Folders) -> None:
    """Run after run of made-up steps, as fast as they can be recorded, labelled now and then."""
    session = Session(folders)
    of = workload("in_memory")
    while True:
        run_id = session.begin(session.plan(of, of.chain.defaults())).run().id
        for event in _events():
            session.recorder.keep(event)
            session.handle(event)
            time.sleep(0.0002)
        session.relabel(run_id, note="it was done")


def _events() -> list[Event]:
    events: list[Event] = [
        PhaseStarted(Phase.BUILDING, 0.0),
        RunPrepared(Prepared(2, 1000, 10, 0)),
        PhaseStarted(Phase.TRAINING, 0.1),
    ]
    for epoch in range(2):
        events.append(EpochBegan(epoch))
        for first in range(50):
            at_s = (1000 * epoch + 20 * first + np.arange(60).reshape(20, 3) / 3.0) * 0.01
            events.append(StepsTaken(at_s, np.full(20, 32, np.int64), 1.0))
        events.append(EpochEnded(epoch, 1.0))
    return [*events, RunEnded(RunState.DONE, None, 20.0, 0.1)]


def command_line(folders: Folders, engine: str, trained: str, assignments: list[str]) -> None:
    """``main.py run``, as a person would."""
    from core.cli import main

    words = ["run", trained, "--data-dir", str(folders.runs), "--device", "emulated:1"]
    more = ["--engine", engine] if engine else []
    if engine == "ssh":
        from tests.sshd import MACHINE

        more = ["--ssh", MACHINE, "--python", sys.executable]
    changes = [word for assignment in assignments for word in ("--set", assignment)]
    sys.exit(main([*words, "--epochs", EPOCHS, *more, *changes]))


def window(folders: Folders, engine: str) -> None:
    """The window, without a screen, in which Run was pressed."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from gui.main_window import MainWindow
    from gui.theme import LIGHT, apply_theme

    app = QApplication(sys.argv[:1])
    apply_theme(app, LIGHT)
    shown = MainWindow(Session(folders), LIGHT, load_tensorflow=False)
    shown.show()
    of = workload("in_memory")
    settings = of.chain.defaults().with_assignments(
        ("fit.device=emulated:1", f"fit.epochs={EPOCHS}")
    )
    plan = shown.session.plan(of, settings, **({"engine": engine} if engine else {}))  # type: ignore[arg-type]
    shown.controller.start(plan)
    sys.exit(app.exec())


def main() -> None:
    """Record until killed."""
    how, folder, side, engine, trained, *assignments = sys.argv[1:]
    note_acknowledged(Path(side))
    folders = Folders.under(folder)
    if how == "scripted":
        scripted(folders)
    elif how == "window":
        window(folders, engine)
    else:
        command_line(folders, engine, trained, assignments)


if __name__ == "__main__":
    main()
