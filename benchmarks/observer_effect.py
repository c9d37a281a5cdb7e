"""What the window and its clock cost: throughput in the window over a bare ``model.fit``.

``python -m benchmarks.observer_effect [PAIRS [WORKLOAD ...]]``: for every workload, alternates in
one process between ``model.fit`` in the open window (timed, on its QThread, plots drawn live)
and the same ``model.fit`` on the same model and dataset without clock, while the window is hidden
and its event loop stands still. Balanced order. Prints the median ratio with its interval, and
after a pass over all workloads writes the table to ``benchmarks/RESULTS.md``.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.cases import CASES, Case
from benchmarks.pairs import Ratio, interleaved, ratio
from benchmarks.real_fit import RepeatedFit
from benchmarks.results import circumstances, put, table
from core.folders import Folders
from core.session import Session
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.theme import LIGHT, apply_theme

GOAL = 0.98
"""At least so much on native pipelines; those with a Python function share its global lock."""

_SETTLE_MS = 200
_HEADS = ("workload (preset)", "pipeline", "in the window / bare", "95 % interval", "pairs")


class Subject:
    """One case, measured in the window and bare."""

    def __init__(self, case: Case, folder: Path) -> None:
        self._fit = RepeatedFit(case, folder)
        session = Session(Folders.under(folder / "session"), record=False)
        self.window = MainWindow(session, LIGHT, fit=self._fit.timed_run, load_tensorflow=False)
        self._loop = QEventLoop()
        self.window.controller.activity_changed.connect(self._idle)

    def in_window(self) -> float:
        """Steps a second of a run in the open window."""
        self.window.show()
        self._settle()
        self.window.controller.start(self._fit.plan)
        self._loop.exec()
        for run in self.window.session.runs:
            self.window.session.delete(run.id)
        self.window.hide()
        QApplication.processEvents()
        return self._fit.timed_throughput

    def bare(self) -> float:
        """Steps a second without clock and window, on a thread too."""
        self._settle()
        found: list[float] = []
        thread = threading.Thread(target=lambda: found.append(self._fit.bare_throughput()))
        thread.start()
        thread.join()
        return found[0]

    def _settle(self) -> None:
        """Wait a little, the same before both.

        A person's window has long been painted when a run begins; and threads of the pipeline
        before, which take a while to end, must not burden only one of the two.
        """
        QTimer.singleShot(_SETTLE_MS, self._loop.quit)
        self._loop.exec()

    def _idle(self) -> None:
        if self.window.controller.activity is Activity.IDLE:
            self._loop.quit()


def measure(case: Case, pairs: int) -> Ratio:
    """The ratio of a case."""
    with tempfile.TemporaryDirectory() as folder:
        subject = Subject(case, Path(folder))
        subject.in_window()
        found = ratio(*interleaved(subject.in_window, subject.bare, pairs))
        subject.window.close()
    return found


def row(case: Case, found: Ratio) -> tuple[str, ...]:
    """A line of the table."""
    return (
        case.name,
        "native" if case.native else "calls Python",
        f"{found.median:.3f}",
        f"{found.low:.3f} to {found.high:.3f}",
        str(found.pairs),
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
        found = measure(case, pairs)
        print(f"{case.name}: in the window / bare = {found}", flush=True)
        rows.append(row(case, found))
    if not wanted:
        goal = f"Goal: at least {GOAL} where the pipeline is native."
        put("observer_effect", f"{circumstances()}. {goal}\n\n{table(_HEADS, rows)}")


if __name__ == "__main__":
    main()
