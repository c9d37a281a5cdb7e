"""What an isolated run costs: its throughput over a bare script's, and how smooth the window stays.

``python -m benchmarks.isolated [PAIRS [WORKLOAD ...]]``: for every case two processes build the
same pipeline and model: that of an isolated run, whose events come into the open window and are
drawn live, and a bare script. They call ``model.fit`` in turn, in balanced order, the other one
standing still; while the script works, the window is hidden. Prints the median ratio with its
interval, and how late ticks of the window's event loop came in further segments. After
a pass over all cases the table goes to ``benchmarks/RESULTS.md``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.cases import CASES, Case
from benchmarks.event_loop import now
from benchmarks.isolated_child import ANSWER, ASK, CASE, GATE
from benchmarks.pairs import Ratio, interleaved, ratio
from benchmarks.results import circumstances, put, table
from core.engines.engines import Engines
from core.folders import Folders
from core.model.plan import PROCESS, RunPlan
from core.pipeline.presets import preset
from core.session import Session
from core.workloads.catalogue import workload
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.theme import LIGHT, apply_theme

T = TypeVar("T")

GOAL = 0.99
_CHILD = "benchmarks.isolated_child:main"
_LOOK_MS = 50
"""What looks whether a segment is over must not cost what is measured."""
_TICK_MS = 5
_SETTLE_MS = 200
_SEGMENTS_WITH_TICKS = 6
_HEADS = (
    "workload (preset)",
    "pipeline",
    "isolated / bare script",
    "95 % interval",
    "pairs",
    "ticks p99",
    "worst",
)


class Subject:
    """One case, measured isolated and bare."""

    def __init__(self, case: Case, folder: Path) -> None:
        for name in (ASK, ANSWER):
            os.mkfifo(folder / name)
        os.environ[CASE], os.environ[GATE] = str(CASES.index(case)), str(folder)
        self._engines = Engines(child=_CHILD)
        session = Session(Folders.under(folder / "session"), record=False)
        self._window = MainWindow(session, LIGHT, fit=self._engines.fit, load_tensorflow=False)
        self._loop = QEventLoop()
        self.gaps_ms: list[float] = []
        self._ticks: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(lambda: self._ticks.append(now()[0]))
        self._window.show()
        self._window.controller.start(_plan(case, session))
        self._answer = self._while_it_goes_on(lambda: open(folder / ANSWER))  # noqa: SIM115
        self._ask = open(folder / ASK, "w")  # noqa: SIM115
        self._while_it_goes_on(self._answer.readline)
        command = [sys.executable, "-m", "benchmarks.isolated_child", os.environ[CASE]]
        pipe = subprocess.PIPE
        self._script = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        assert self._script.stdin is not None
        assert self._script.stdout is not None
        self._to_script, self._from_script = self._script.stdin, self._script.stdout
        self._while_it_goes_on(self._from_script.readline)

    def isolated(self, *, ticks: bool = False) -> float:
        """Steps a second of a segment of the isolated run, the window open.

        Args:
            ticks: Tick meanwhile, which takes some of the processor by itself.
        """
        self._window.show()
        self._settle()
        self._ticks.clear()
        if ticks:
            self._timer.start(_TICK_MS)
        print("go", file=self._ask, flush=True)
        found = float(self._while_it_goes_on(self._answer.readline))
        self._timer.stop()
        self.gaps_ms += (1000.0 * np.diff(np.array(self._ticks))).tolist()
        self._window.hide()
        QApplication.processEvents()
        return found

    def bare(self) -> float:
        """Steps a second of the bare script, window and isolated run standing still."""
        self._settle()
        print("go", file=self._to_script, flush=True)
        return float(self._from_script.readline())

    def close(self) -> None:
        """End both."""
        self._to_script.close()
        self._script.wait()
        self._ask.close()
        idle = Activity.IDLE
        controller = self._window.controller
        controller.activity_changed.connect(
            lambda: controller.activity is idle and self._loop.quit()
        )
        if controller.activity is not idle:
            self._loop.exec()
        self._answer.close()
        self._engines.close()
        self._window.close()

    def _settle(self) -> None:
        """Wait a little, the same before both."""
        QTimer.singleShot(_SETTLE_MS, self._loop.quit)
        self._loop.exec()

    def _while_it_goes_on(self, wait: Callable[[], T]) -> T:
        """What a call gives that waits, the event loop going on meanwhile."""
        found: list[T] = []
        thread = threading.Thread(target=lambda: found.append(wait()))
        thread.start()
        look = QTimer()
        look.timeout.connect(lambda: thread.is_alive() or self._loop.quit())
        look.start(_LOOK_MS)
        self._loop.exec()
        thread.join()
        return found[0]


def _plan(case: Case, session: Session) -> RunPlan:
    """What the window shows of the run; the process itself goes by the case."""
    of = workload(case.workload)
    settings = preset(case.preset, of.id, of.chain).apply(of.chain.defaults())
    settings = settings.with_assignments(("fit.steps_per_epoch=100", *case.assignments))
    return session.plan(of, settings, engine=PROCESS)


def measure(case: Case, pairs: int) -> tuple[Ratio, np.ndarray]:
    """The ratio of a case, and the gaps between ticks in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        subject = Subject(case, Path(folder))
        subject.isolated()
        subject.bare()
        found = ratio(*interleaved(subject.isolated, subject.bare, pairs))
        for _ in range(_SEGMENTS_WITH_TICKS):
            subject.isolated(ticks=True)
        subject.close()
    return found, np.array(subject.gaps_ms)


def row(case: Case, found: Ratio, gaps_ms: np.ndarray) -> tuple[str, ...]:
    """A line of the table."""
    return (
        case.name,
        "native" if case.native else "calls Python",
        f"{found.median:.3f}",
        f"{found.low:.3f} to {found.high:.3f}",
        str(found.pairs),
        f"{np.percentile(gaps_ms, 99):.1f} ms",
        f"{gaps_ms.max():.1f} ms",
    )


def main() -> None:
    """Measure and print one line a case."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    wanted = sys.argv[2:]
    apply_theme(QApplication(sys.argv[:1]), LIGHT)
    rows = []
    for case in CASES:
        if wanted and case.workload not in wanted:
            continue
        found, gaps_ms = measure(case, pairs)
        rows.append(row(case, found, gaps_ms))
        ticks = f"ticks p99 {rows[-1][-2]}, worst {rows[-1][-1]}"
        print(f"{case.name}: isolated / bare script = {found}; {ticks}", flush=True)
    if not wanted:
        goal = f"Goal: at least {GOAL}. Ticks of {_TICK_MS} ms; goal: p99 under 20 ms."
        put("isolated", f"{circumstances()}. {goal}\n\n{table(_HEADS, rows)}")


if __name__ == "__main__":
    main()
