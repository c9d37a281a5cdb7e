"""How long the window's event loop is held up while an isolated run trains at full CPU.

``python -m benchmarks.event_loop_isolated [SECONDS [WORKLOAD ...]]``: as ``benchmarks.event_loop``,
but ``model.fit`` runs in a process of its own, which also has the pipelines that call Python. What
is ticked is the training alone: from the first steps on, for so many seconds. After a pass over all
workloads the table goes to ``benchmarks/RESULTS.md``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.cases import CASES, Case
from benchmarks.event_loop import HEADS, TICK_MS, Gaps, now
from benchmarks.results import circumstances, put, table
from core.folders import Folders
from core.model.plan import PROCESS
from core.pipeline.presets import preset
from core.session import Session
from core.workloads.catalogue import workload
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.theme import LIGHT, apply_theme

_LONG = ("fit.epochs=1", "fit.steps_per_epoch=1000000")
_LOOK_MS = 50


def measure(case: Case, seconds: float) -> Gaps:
    """The gaps while one run trains in the window's child."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = case.data(folder / "data") if case.data else ()
        of = workload(case.workload)
        settings = preset(case.preset, case.workload, of.chain).apply(of.chain.defaults())
        settings = settings.with_assignments((*_LONG, *case.assignments, *made))
        folders = Folders(folder / "session", Folders.default().cache)
        window = MainWindow(Session(folders), LIGHT, load_tensorflow=False)
        window.show()
        window.controller.start(window.session.plan(of, settings, engine=PROCESS))
        gaps = _ticked(window, seconds)
        window.controller.stop()
        _wait_until_idle(window)
        window.close()
    return gaps


def _ticked(window: MainWindow, seconds: float) -> Gaps:
    loop, ticks = QEventLoop(), list[tuple[float, float, float]]()
    timer, begins = QTimer(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(now()))

    def look() -> None:
        recording = window.session.recording
        if recording is None:
            loop.quit()
        elif recording.steps:
            begins.stop()
            timer.start(TICK_MS)
            QTimer.singleShot(round(1000 * seconds), loop.quit)

    begins.timeout.connect(look)
    begins.start(_LOOK_MS)
    loop.exec()
    timer.stop()
    if not ticks:
        raise SystemExit(f"The run did not train: {window.banner.text.text()}")
    return Gaps(*(1000.0 * np.diff(np.array(ticks), axis=0).T))


def _wait_until_idle(window: MainWindow) -> None:
    loop = QEventLoop()
    window.controller.activity_changed.connect(
        lambda: window.controller.activity is Activity.IDLE and loop.quit()
    )
    if window.controller.activity is not Activity.IDLE:
        loop.exec()


def main() -> None:
    """Measure and print one line a case."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 15.0
    wanted = sys.argv[2:]
    apply_theme(QApplication(sys.argv[:1]), LIGHT)
    rows = []
    for case in CASES:
        if wanted and case.workload not in wanted:
            continue
        rows.append(measure(case, seconds).row(case))
        figures = zip(HEADS[1:], rows[-1][1:], strict=True)
        print(f"{case.name}: " + ", ".join(f"{head} {figure}" for head, figure in figures))
    if not wanted:
        goal = f"Ticks of {TICK_MS} ms. Goal: p99 under 20 ms, also with a Python function."
        put("event_loop_isolated", f"{circumstances()}. {goal}\n\n{table(HEADS, rows)}")


if __name__ == "__main__":
    main()
