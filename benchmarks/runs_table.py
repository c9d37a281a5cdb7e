"""Milliseconds that the window with 1,000 runs takes to filter, sort and select.

Run from the root of the repository: ``python -m benchmarks.runs_table``, with
``QT_QPA_PLATFORM=offscreen`` where there is no display. Each interaction is timed from the click to
everything being painted, with each tab in front in turn. Prints a table of medians and worst
cases; the goal is below 50 ms. Beside them: seconds from the recorded file to a painted window;
the goal is below 1 s.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle, repeat

from PySide6.QtCore import QEvent, QEventLoop, Qt
from PySide6.QtWidgets import QApplication

from core.folders import Folders
from core.model.experiment import Experiment, SweptKnob
from core.model.plan import RunPlan
from core.model.run import Run
from core.model.turn import ExperimentKind
from core.session import Session
from core.store.experiments import ExperimentLog
from core.workloads.catalogue import workload
from gui.main_window import MainWindow
from gui.theme import LIGHT, apply_theme
from tests.builders import even_samples, run_of
from tests.logs import write_runs

RUNS, STEPS, TIMES = 1_000, 200, 12
SWEEPS = 10


def main() -> int:
    """Make the folder, open the window, do it all several times, print what it took."""
    app = QApplication(sys.argv[:1])
    apply_theme(app, LIGHT)
    with tempfile.TemporaryDirectory() as folder:
        folders = Folders.under(folder)
        folders.make()
        _fill(folders)
        began_s = time.perf_counter()
        window = MainWindow(Session(folders), LIGHT, load_tensorflow=False)
        window.resize(1366, 768)
        window.show()
        _paint(app)
        print(f"from file to painted window: {time.perf_counter() - began_s:.2f} s")
        print(f"{'tab':18} {'what':10} {'median ms':>10} {'worst ms':>10}")
        for tab in range(window.tabs.count()):
            window.tabs.setCurrentIndex(tab)
            _paint(app)
            for what, acts in _interactions(window).items():
                # The first is what comes with showing the tab.
                took_ms = [_timed_ms(app, act) for act in acts][1:]
                print(
                    f"{window.tabs.tabText(tab):18} {what:10} {statistics.median(took_ms):10.1f} "
                    f"{max(took_ms):10.1f}"
                )
        window.close()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return 0


def _interactions(window: MainWindow) -> dict[str, Iterator[Callable[[], object]]]:
    table, field = window.runs.table, window.runs.filter
    texts = cycle(("prefetch", "prefetch=4", "", "run 77"))
    sorts = cycle((6, 5, 0, 9))
    rows = cycle((3, 500, 40, 900))

    def type_into_filter() -> None:
        field.setText(next(texts))

    def sort() -> None:
        table.sortByColumn(next(sorts), Qt.SortOrder.DescendingOrder)

    def select() -> None:
        table.selectRow(next(rows) % table.model().rowCount())

    def several() -> None:
        # Shift and a click twenty rows further.
        first = next(rows) % (table.model().rowCount() - 20)
        index = table.model().index
        window.app_state.select(
            tuple(
                window.runs.model.run_at(window.runs.proxy.mapToSource(index(row, 0)).row()).id
                for row in range(first, first + 20)
            )
        )

    field.clear()
    acts = {"filter": type_into_filter, "sort": sort, "select": select, "select 20": several}
    return {what: repeat(act, TIMES + 1) for what, act in acts.items()}


def _timed_ms(app: QApplication, act: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    act()
    _paint(app)
    return 1000 * (time.perf_counter() - began_s)


def _paint(app: QApplication) -> None:
    """Let everything that is due be done and painted."""
    app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    app.sendPostedEvents()
    app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)


def _fill(folders: Folders) -> None:
    """Runs of ten sweeps of 32 configurations, two of each, and as many by themselves."""
    chain = workload("jpeg_tfrecord").chain
    axes = (
        SweptKnob("prefetch.buffer_size", ("off", 1, 2, 4)),
        SweptKnob("map[parse].num_parallel_calls", ("off", 1, 2, "autotune")),
        SweptKnob("shuffle.buffer_size", (1, 256)),
    )
    axes = tuple(axis for axis in axes if axis.key in chain.knobs)
    configurations: list[dict] = [{}]
    for axis in axes:
        configurations = [
            {**one, axis.key: value} for one in configurations for value in axis.values
        ]
    whole = tuple(
        chain.defaults().with_values({**one, "fit.device": "emulated:20"}) for one in configurations
    )
    number = 0
    log = ExperimentLog(folders.logs)
    for sweep in range(SWEEPS):
        experiment = Experiment(
            ExperimentKind.SWEEP, "jpeg_tfrecord", whole, 2, axes, "grid", name=f"sweep {sweep}"
        )
        log.save(experiment)
        for place in experiment.order:
            number += 1
            write_runs(folders, _run(number, experiment.plan(place, "/data"), place[1]))
    while number < RUNS:
        number += 1
        which = number % len(whole)
        plan = RunPlan("jpeg_tfrecord", whole[which], "/data")
        write_runs(folders, _run(number, plan, which))
    Session(folders).close()  # writes the summary


def _run(number: int, plan: RunPlan, which: int) -> Run:
    samples = even_samples(STEPS, 2, wait_s=0.01 + 0.001 * which + 0.0001 * (number % 7))
    run = run_of(samples, number=number, emulations=("emulated accelerator 20 ms",))
    return replace(run, plan=plan)


if __name__ == "__main__":
    sys.exit(main())
