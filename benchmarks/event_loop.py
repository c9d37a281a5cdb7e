"""How long the window's event loop is held up while a run trains at full CPU.

``python -m benchmarks.event_loop [SECONDS]``: opens the window, trains the ``augmented`` workload
tuned on the CPU, ticks every 5 ms and prints how late the ticks came: median, p99 and worst.
"""

from __future__ import annotations

import sys
import tempfile
import time

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.real_fit import RepeatedFit
from core.folders import Folders
from core.session import Session
from gui.main_window import MainWindow
from gui.run_controller import Activity
from gui.theme import LIGHT, apply_theme

_TICK_MS = 5


def main() -> None:
    """Measure and print one line."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    app = QApplication(sys.argv[:1])
    apply_theme(app, LIGHT)
    fit = RepeatedFit("augmented", "tuned", seconds=seconds)
    window = MainWindow(
        Session(Folders.under(tempfile.mkdtemp()), record=False),
        LIGHT,
        fit=fit.timed_run,
        load_tensorflow=False,
    )
    window.show()
    app.processEvents()
    loop, ticks = QEventLoop(), [time.perf_counter()]
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    window.controller.activity_changed.connect(
        lambda: window.controller.activity is Activity.IDLE and loop.quit()
    )
    window.controller.start(fit.plan)
    timer.start(_TICK_MS)
    loop.exec()
    timer.stop()
    gaps_ms = np.diff(ticks) * 1000.0
    print(
        f"event-loop gaps over {ticks[-1] - ticks[0]:.0f} s of training (ticks of {_TICK_MS} ms): "
        f"median {np.median(gaps_ms):.1f} ms, p99 {np.percentile(gaps_ms, 99):.1f} ms, "
        f"worst {gaps_ms.max():.1f} ms"
    )
    window.close()


if __name__ == "__main__":
    main()
