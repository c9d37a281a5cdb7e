"""From starting the program to a painted window.

``python -m benchmarks.startup [TIMES]``: starts ``main.py``'s window in new processes and prints
the median time from the start of the process to the window's first paint, and the processor time
that it took: on a busy machine only the second can be compared.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from statistics import median

# In the order of the program: PySide6 reads the source of each module that is imported after it.
_PROGRAM = """
import main
import json, os, sys, time, psutil
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
        process = psutil.Process()
        wall_s = time.time() - float(sys.argv[2])
        cpu_s = sum(process.cpu_times()[:2])
        kinds = [kind.__name__ for widget in app.allWidgets() for kind in type(widget).__mro__]
        found = wall_s, cpu_s, list(sys.modules), kinds.count("PlotWidget")
        print(json.dumps(found), flush=True)
        os._exit(0)

watch = FirstPaint()
app.installEventFilter(watch)
main.main(["--data-dir", sys.argv[1]])
"""


@dataclass(frozen=True)
class Start:
    """What was there as the window was first painted.

    Attributes:
        wall_s: Since the process was asked for; the system keeps its beginning too roughly.
        cpu_s: Processor time that it had used.
        modules: What was imported.
        plots: How many plots were built.
    """

    wall_s: float
    cpu_s: float
    modules: frozenset[str]
    plots: int


def start(folder: str) -> Start:
    """Start the program with this data folder in a new process, up to the first paint."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, folder, repr(time.time())],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    wall_s, cpu_s, modules, plots = json.loads(done.stdout)
    return Start(wall_s, cpu_s, frozenset(modules), plots)


def main() -> None:
    """Measure and print one line."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        starts = [start(folder) for _ in range(times)]
    assert not any("tensorflow" in one.modules for one in starts)
    walls, cpus = [one.wall_s for one in starts], [one.cpu_s for one in starts]
    print(
        f"start to painted window: median {median(walls):.2f} s, "
        f"best {min(walls):.2f} s, worst {max(walls):.2f} s over {times} starts; "
        f"processor time: median {median(cpus):.2f} s; "
        f"{len(starts[0].modules)} modules, {starts[0].plots} plots"
    )


if __name__ == "__main__":
    main()
