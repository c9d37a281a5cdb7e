"""From starting the program to a painted window.

``python -m benchmarks.startup [TIMES]``: starts ``main.py``'s window in new processes and prints
the median time from the start of the process to the window's first paint.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from statistics import median

_PROGRAM = """
import sys, time, psutil
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
app = QApplication(sys.argv[:1])

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.isWidgetType():
            app.removeEventFilter(self)
            QTimer.singleShot(0, self.painted)
        return False

    def painted(self):
        loaded = "tensorflow" in sys.modules
        print(time.time() - psutil.Process().create_time(), loaded, flush=True)
        import os
        os._exit(0)

watch = FirstPaint()
app.installEventFilter(watch)
import main
main.main(["--data-dir", sys.argv[1]])
"""


def main() -> None:
    """Measure and print one line."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(times):
            done = subprocess.run(
                [sys.executable, "-c", _PROGRAM, folder],
                capture_output=True,
                text=True,
                check=True,
                timeout=120,
            )
            seconds, loaded = done.stdout.split()
            assert loaded == "False", "TensorFlow was loaded before the window was painted"
            figures.append(float(seconds))
    print(
        f"start to painted window: median {median(figures):.2f} s, "
        f"best {min(figures):.2f} s, worst {max(figures):.2f} s over {times} starts"
    )


if __name__ == "__main__":
    main()
