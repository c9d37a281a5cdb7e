"""How long the window's event loop is held up while a run trains at full CPU.

``python -m benchmarks.event_loop [SECONDS [WORKLOAD ...]]``: for every workload whose pipeline is
native, opens the window, trains on the CPU and ticks every 5 ms. Prints how late the ticks came:
median, p99 and worst, and of the late ones how much was the window's own work and how much it
waited for a core that others had (Linux only); the rest it waited for Python's global lock. After
a pass over all workloads the table goes to ``benchmarks/RESULTS.md``.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.cases import CASES, Case
from benchmarks.real_fit import RepeatedFit
from benchmarks.results import circumstances, put, table
from core.folders import Folders
from core.session import Session
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.theme import LIGHT, apply_theme

TICK_MS = 5
_LATE_MS = 33.0
_SETTLE_MS = 500
HEADS = (
    "workload (preset)",
    "ticks",
    "median",
    "p99",
    "worst",
    "over 33 ms",
    "their own work",
    "their wait for a core",
)
_SCHEDULER = Path("/proc/thread-self/schedstat")


@dataclass(frozen=True)
class Gaps:
    """Times from tick to tick, in milliseconds.

    Attributes:
        wall_ms: By the clock.
        own_ms: The thread's own work in them.
        core_ms: Its wait for a core; NaN where the system does not say.
    """

    wall_ms: np.ndarray
    own_ms: np.ndarray
    core_ms: np.ndarray

    def row(self, case: Case) -> tuple[str, ...]:
        """A line of the table."""
        late = self.wall_ms > _LATE_MS
        return (
            case.name,
            f"{len(self.wall_ms):,}",
            f"{np.median(self.wall_ms):.1f} ms",
            f"{np.percentile(self.wall_ms, 99):.1f} ms",
            f"{self.wall_ms.max():.1f} ms",
            str(int(late.sum())),
            self._share(self.own_ms, late),
            self._share(self.core_ms, late),
        )

    def _share(self, part_ms: np.ndarray, of: np.ndarray) -> str:
        share = part_ms[of].sum() / self.wall_ms[of].sum() if of.any() else np.nan
        return "–" if np.isnan(share) else f"{100 * share:.0f} %"


def now() -> tuple[float, float, float]:
    """The clock, this thread's work and its wait for a core, in seconds."""
    try:
        core_s = int(_SCHEDULER.read_bytes().split()[1]) / 1e9
    except OSError:
        core_s = np.nan
    return time.perf_counter(), time.thread_time(), core_s


def measure(case: Case, seconds: float) -> Gaps:
    """The gaps of one run in the window."""
    with tempfile.TemporaryDirectory() as folder:
        fit = RepeatedFit(case, Path(folder), seconds=seconds)
        session = Session(Folders.under(Path(folder) / "session"), record=False)
        window = MainWindow(session, LIGHT, fit=fit.timed_run, load_tensorflow=False)
        window.show()
        loop = QEventLoop()
        QTimer.singleShot(_SETTLE_MS, loop.quit)
        loop.exec()
        ticks: list[tuple[float, float, float]] = []
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: ticks.append(now()))
        window.controller.activity_changed.connect(
            lambda: window.controller.activity is Activity.IDLE and loop.quit()
        )
        timer.start(TICK_MS)
        window.controller.start(fit.plan)
        loop.exec()
        timer.stop()
        window.close()
    return Gaps(*(1000.0 * np.diff(np.array(ticks), axis=0).T))


def main() -> None:
    """Measure and print one line a case."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 15.0
    wanted = sys.argv[2:]
    apply_theme(QApplication(sys.argv[:1]), LIGHT)
    rows = []
    for case in CASES:
        if not case.native or (wanted and case.workload not in wanted):
            continue
        rows.append(measure(case, seconds).row(case))
        figures = zip(HEADS[1:], rows[-1][1:], strict=True)
        print(f"{case.name}: " + ", ".join(f"{head} {figure}" for head, figure in figures))
    if not wanted:
        goal = f"Ticks of {TICK_MS} ms. Goal: p99 under 33 ms, none over 100 ms."
        put("event_loop", f"{circumstances()}. {goal}\n\n{table(HEADS, rows)}")


if __name__ == "__main__":
    main()
