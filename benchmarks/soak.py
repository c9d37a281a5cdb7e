"""Whether the window grows over many runs.

``python -m benchmarks.soak [RUNS [SEED]]``: carries out 100 runs in one window, of alternating
workloads and engines, a third of them stopped at a random moment, and after each looks at memory,
threads, open files and children of the window's process. Prints a line a run and, at the end, how
much each grew from the runs 11 to 30 to the last 20 (medians), against the stated bounds; exits
with 1 where one is broken. After 100 runs or more the table goes to ``benchmarks/RESULTS.md``.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

import psutil
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.cases import CASES, Case
from benchmarks.results import circumstances, put, table
from core.engines.engines import Engines
from core.folders import Folders
from core.model.plan import ENGINES, RunPlan
from core.pipeline.presets import preset
from core.session import Session
from core.workloads.catalogue import workload
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.theme import LIGHT, apply_theme

_STOPPED = 1 / 3
_LONGEST_STOP_S = 4.0
_SETTLE_MS = 1500
_BEGIN, _END, _LAST = 10, 30, 20
_MB = 1e6


@dataclass(frozen=True)
class Taken:
    """What the window's process has after a run; its children are counted, not added."""

    memory_mb: float
    threads: int
    files: int
    children: int


_BOUNDS: Mapping[str, tuple[str, float]] = {
    "memory_mb": ("memory (MB)", 105.0),
    "threads": ("threads", 2),
    "files": ("open files", 2),
    "children": ("children", 0),
}
"""What each may grow by, from the first full runs to the last; memory by 1.5 MB for each of the 70
runs between their middles: every run stays in the list, with its readings and its curves."""


def main() -> int:
    """Carry out the runs and print what became of the process."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    draw = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    apply_theme(QApplication(sys.argv[:1]), LIGHT)
    taken: list[Taken] = []
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Folders.under(Path(folder) / "session"))
        engines = Engines()
        window = MainWindow(session, LIGHT, engines=engines)
        window.show()
        _wait(window, _SETTLE_MS)
        made = {case.name: _assignments(case, Path(folder)) for case in CASES}
        for number in range(count):
            case = CASES[number % len(CASES)]
            # The number of cases is odd: each meets both engines.
            engine = ENGINES[number % len(ENGINES)]
            stop_s = draw.uniform(0.05, _LONGEST_STOP_S) if draw.random() < _STOPPED else None
            _carry_out(window, _plan(session, case, made[case.name], engine), stop_s)
            taken.append(_look())
            run = session.runs[-1]
            print(
                f"{number + 1}: {case.name}, {engine}: {run.state}, {run.samples.steps} steps; "
                + ", ".join(f"{_BOUNDS[k][0]} {v:g}" for k, v in vars(taken[-1]).items()),
                flush=True,
            )
        failed = [run for run in session.runs if run.failure is not None]
        for run in failed:
            print(f"FAILED {run.name}: {run.failure.text() if run.failure else ''}")
        window.close()
        _wait(window, _SETTLE_MS)
        left = len(psutil.Process().children(recursive=True))
    rows, kept = _rows(taken)
    text = table(("what", "runs 11 to 30", "the last 20", "grew by", "bound"), rows)
    print(f"{text}\n{len(failed)} failed; children after closing: {left}")
    if count >= 100:
        put(
            "soak",
            f"{circumstances()}. {count} runs, {sum(1 for _ in failed)} failed; children after "
            f"closing: {left}.\n\n{text}",
        )
    return 0 if kept and not failed and not left else 1


def _plan(session: Session, case: Case, made: tuple[str, ...], engine: str) -> RunPlan:
    chosen = workload(case.workload)
    settings = preset(case.preset, case.workload, chosen.chain).apply(chosen.chain.defaults())
    settings = settings.with_assignments(
        ("fit.epochs=2", "fit.steps_per_epoch=40", *case.assignments, *made)
    )
    return session.plan(chosen, settings, engine=engine)


def _assignments(case: Case, folder: Path) -> tuple[str, ...]:
    return case.data(folder / case.workload) if case.data else ()


def _carry_out(window: MainWindow, plan: RunPlan, stop_s: float | None) -> None:
    loop = QEventLoop()

    def look() -> None:
        if window.controller.activity is Activity.IDLE:
            loop.quit()

    window.controller.activity_changed.connect(look)
    if stop_s is not None:
        QTimer.singleShot(round(1000 * stop_s), window.controller.stop)
    window.controller.start(plan)
    loop.exec()
    window.controller.activity_changed.disconnect(look)
    _wait(window, _SETTLE_MS)


def _wait(window: MainWindow, ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def _look() -> Taken:
    gc.collect()
    process = psutil.Process()
    return Taken(
        round(process.memory_info().rss / _MB, 1),
        process.num_threads(),
        process.num_fds() if os.name == "posix" else process.num_handles(),
        len(process.children(recursive=True)),
    )


def _rows(taken: list[Taken]) -> tuple[list[tuple[str, ...]], bool]:
    rows, kept = [], True
    columns = zip(*(astuple(one) for one in taken), strict=True)
    for (words, bound), values in zip(_BOUNDS.values(), columns, strict=True):
        early, late = median(values[_BEGIN:_END] or values), median(values[-_LAST:])
        kept = kept and late - early <= bound
        rows.append((words, f"{early:g}", f"{late:g}", f"{late - early:+.3g}", f"{bound:g}"))
    return rows, kept


if __name__ == "__main__":
    sys.exit(main())
