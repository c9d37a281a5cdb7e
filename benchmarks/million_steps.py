"""How smoothly a run of a million steps replays.

``python -m benchmarks.million_steps [STEPS]``: records a synthetic run (nothing is trained; its
name says so) through the session as a real one would be, stores and loads it, and does in the
window what a person does. Prints how long each takes: the event loop is held up at most so long.
Goal: under 100 ms for every interaction. After a run with a million steps the table goes to
``benchmarks/RESULTS.md``.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.results import circumstances, put, table
from core.folders import Folders
from core.model.events import (
    EpochBegan,
    EpochEnded,
    Event,
    Phase,
    PhaseStarted,
    RunEnded,
    RunPrepared,
    StepsTaken,
)
from core.model.run import Prepared, RunState
from core.session import Session
from core.workloads.catalogue import workload
from gui.main_window import MainWindow
from gui.run_plots.plot import XAxis
from gui.theme import LIGHT, apply_theme

MILLION, EPOCHS, PACKET = 1_000_000, 100, 20
_TIMES = 5
_HEADS = ("what", "median", "worst")


class Figures:
    """What took how long."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, ...]] = []

    def take(self, what: str, *actions: Callable[[], object]) -> None:
        """Time some actions of a kind, each with all that the event loop then has to do."""
        took_ms = []
        for action in actions:
            began_s = time.perf_counter()
            action()
            # Twice: what is painted may ask for another paint.
            for _ in range(2):
                QApplication.processEvents()
            took_ms.append(1000.0 * (time.perf_counter() - began_s))
        self.add(what, median(took_ms), max(took_ms))

    def add(self, what: str, median_ms: float, worst_ms: float) -> None:
        """Add and print a line."""
        self.rows.append((what, f"{median_ms:.1f} ms", f"{worst_ms:.1f} ms"))
        print(f"{what}: median {median_ms:.1f} ms, worst {worst_ms:.1f} ms", flush=True)


def events(steps: int) -> Iterator[Event]:
    """A made-up run: steps of about 5 ms in packets of 0.1 s, with a stall now and then."""
    yield RunPrepared(Prepared(EPOCHS, steps // EPOCHS, 10, 0))
    yield PhaseStarted(Phase.TRAINING, 0.0)
    rng = np.random.default_rng(0)
    now_s, an_epoch = 0.0, steps // EPOCHS
    for epoch in range(EPOCHS):
        yield EpochBegan(epoch)
        durations_s = rng.exponential(0.005 / 3, (an_epoch, 3))
        durations_s[rng.integers(0, an_epoch, 3), 1] += 0.25
        times_s = now_s + np.cumsum(durations_s).reshape(an_epoch, 3)
        now_s = float(times_s[-1, 2]) + 0.05
        for first in range(0, an_epoch, PACKET):
            part = times_s[first : first + PACKET]
            loss = 2.0 / (1.0 + epoch + first / an_epoch)
            yield StepsTaken(part, np.full(len(part), 32, np.int64), loss)
        yield EpochEnded(epoch, 2.0 / (1.5 + epoch))
    yield RunEnded(RunState.DONE, None, now_s, 0.1)


def record(session: Session, steps: int, figures: Figures) -> str:
    """Record the run as if it went on, up to its last word, and give its id."""
    of = workload("in_memory")
    recording = session.begin(session.plan(of, of.chain.defaults()))
    run_id = recording.run().id
    session.relabel(run_id, name=f"synthetic, {steps:,} steps")
    began_s = time.perf_counter()
    last: Event | None = None
    for event in events(steps):
        if isinstance(event, RunEnded):
            last = event
        else:
            session.handle(event)
    packets = steps / PACKET
    each_ms = 1000.0 * (time.perf_counter() - began_s) / packets
    figures.add("taking in a packet of 20 steps (and making it up)", each_ms, each_ms)
    assert last is not None
    # As on the thread of a run, which waits for the disk.
    session.recorder.keep(last)
    figures.take("the last word", lambda: session.handle(last))
    return run_id


def interact(window: MainWindow, run_id: str, figures: Figures) -> None:
    """What a person does with a run."""
    live, stack = window.live, window.live.stack
    other = next(run.id for run in window.session.runs if run.id != run_id)
    select = window.app_state.select
    pairs = (lambda: select((other,)), lambda: select((run_id,)))
    figures.take("selecting another run and this one again", *(pairs * _TIMES))
    figures.take(
        "changing the x axis",
        *(lambda x_axis=x_axis: live.set_x_axis(x_axis) for x_axis in (*XAxis, *XAxis, XAxis.STEP)),
    )
    low, high = stack.x_range
    live.set_follow(False)

    def show(middle: float, part: float) -> Callable[[], None]:
        half = (high - low) * part / 2
        place = low + (high - low) * middle
        return lambda: stack.set_x_range(place - half, place + half)

    zooms = np.geomspace(1.0, 1e-4, 40)
    figures.take("zooming in, a notch of the wheel", *(show(0.5, part) for part in zooms))
    shifts = 0.5 + 0.002 * np.arange(40)
    figures.take("panning while zoomed in", *(show(middle, 0.01) for middle in shifts))
    figures.take("fitting the view", live.fit_view)
    middles = np.linspace(low, high, 20)
    figures.take("moving the crosshair", *(lambda x=float(x): stack.set_cursor(x) for x in middles))
    stack.hide_cursor()
    figures.take("refreshing all that is seen", *([live.refresh] * _TIMES))
    for panel in (
        window.pages.by_setting.page,
        window.pages.side_by_side.page,
        window.pages.stages.page,
        window.live,
    ):
        title = window.tabs.tabText(window.tabs.indexOf(panel))
        figures.take(f"opening the tab {title}", lambda p=panel: window.tabs.setCurrentWidget(p))


def advance(session: Session, window: MainWindow, steps: int, figures: Figures) -> None:
    """A run that is as long and still goes on."""
    of = workload("in_memory")
    recording = session.begin(session.plan(of, of.chain.defaults()))
    window.app_state.select((recording.run().id,))
    packets = iter(events(steps + 40 * PACKET * EPOCHS))
    while recording.steps < steps:
        session.handle(next(packets))
    QApplication.processEvents()

    def go_on() -> None:
        session.handle(next(packets))
        window.app_state.run_advanced.emit()

    figures.take("a redraw while the run goes on", *([go_on] * 30))
    session.handle(RunEnded(RunState.STOPPED, None, 1.0, 0.1))


def main() -> None:
    """Measure and print one line for each thing done."""
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else MILLION
    apply_theme(QApplication(sys.argv[:1]), LIGHT)
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        folders = Folders.under(Path(folder))
        session = Session(folders)
        run_id = record(session, steps, figures)
        record(session, 1000, Figures())
        began_s = time.perf_counter()
        session.close()
        closed_ms = 1000.0 * (time.perf_counter() - began_s)
        figures.add("closing the recordings", closed_ms, closed_ms)
        began_s = time.perf_counter()
        session = Session(folders)
        opened_ms = 1000.0 * (time.perf_counter() - began_s)
        figures.add("loading the recorded runs", opened_ms, opened_ms)
        window = MainWindow(session, LIGHT, load_tensorflow=False)
        figures.take("opening the window over them", window.show)
        interact(window, run_id, figures)
        advance(session, window, steps, figures)
        figures.take("closing the window", window.close)
    if steps == MILLION:
        words = f"{circumstances()}. Goal: under 100 ms for every interaction."
        put("million_steps", f"{words}\n\n{table(_HEADS, figures.rows)}")


if __name__ == "__main__":
    main()
