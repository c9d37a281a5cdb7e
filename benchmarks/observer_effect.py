"""What the window and its clock cost: throughput in the window over a bare ``model.fit``.

``python -m benchmarks.observer_effect [PAIRS]``: for the three textbook cases, alternates in one
process between ``model.fit`` in the open window (timed, on its QThread, plots drawn live) and
the same ``model.fit`` on the same model and dataset without clock, while the window is hidden
and its event loop stands still. Balanced order; prints the median ratio with its interval.
"""

from __future__ import annotations

import sys
import tempfile
import threading

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from benchmarks.pairs import interleaved, ratio
from benchmarks.real_fit import TEXTBOOK_CASES, RepeatedFit
from core.folders import Folders
from core.session import Session
from gui.main_window import MainWindow
from gui.run_controller import Activity
from gui.theme import LIGHT, apply_theme


def main() -> None:
    """Measure and print one line a case."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    app = QApplication(sys.argv[:1])
    apply_theme(app, LIGHT)
    for name, preset in TEXTBOOK_CASES:
        fit = RepeatedFit(name, preset)
        folders = Folders.under(tempfile.mkdtemp())
        window = MainWindow(
            Session(folders, record=False), LIGHT, fit=fit.timed_run, load_tensorflow=False
        )

        def in_window(fit: RepeatedFit = fit, window: MainWindow = window) -> float:
            window.show()
            app.processEvents()
            loop = QEventLoop()
            window.controller.activity_changed.connect(
                lambda: window.controller.activity is Activity.IDLE and loop.quit()
            )
            window.controller.start(fit.plan)
            loop.exec()
            for run in window.session.runs:
                window.session.delete(run.id)
            window.hide()
            app.processEvents()
            return fit.timed_throughput

        def bare(fit: RepeatedFit = fit) -> float:
            found: list[float] = []
            thread = threading.Thread(target=lambda: found.append(fit.bare_throughput()))
            thread.start()
            thread.join()
            return found[0]

        in_window()
        found = ratio(*interleaved(in_window, bare, pairs))
        print(f"{name} ({preset}): in the window / bare = {found}", flush=True)
        window.close()


if __name__ == "__main__":
    main()
