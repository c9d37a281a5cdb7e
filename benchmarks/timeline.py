"""What a trace costs and how fast its picture is.

``python -m benchmarks.timeline`` prints frames a second at 2 million simulated events, how long it
takes from a trace to its picture, and, with ``--train``, what tracing costs a real run: how much
longer a traced step takes than others of the same run, and what beginning and ending takes.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.analysis.traced import slowdown_words
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run
from core.model.tracing import TraceOptions
from core.pipeline.presets import preset
from core.timeline.capture import NO_STEP, Capture, track_of
from core.timeline.lay_out import timeline_of
from core.timeline.open_trace import open_trace
from core.timeline.story import tell
from core.workloads.catalogue import workload
from tests.core.timeline.builders import held_up_parallel_map

EVENTS, THREADS, FRAMES = 2_000_000, 16, 200
SIZE = (1600, 900)


def main() -> int:
    """Print what was measured."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    frames = list(_frames_s())
    slowest = sorted(frames)[int(0.99 * len(frames))]
    print(f"{1 / statistics.median(frames):.0f}")
    print(
        f"frames a second at {EVENTS:,} events in {THREADS} rows, {SIZE[0]} x {SIZE[1]}: median "
        f"{1 / statistics.median(frames):.0f}, one in a hundred below {1 / slowest:.0f}"
    )
    if "--train" in sys.argv:
        _train()
    return 0


def _capture() -> Capture:
    """Simulated threads, with events as close as in a real trace, and a few steps."""
    few = held_up_parallel_map(steps=20).capture()
    random = np.random.default_rng(1)
    call = few.names.index("Iterator::Root::ParallelMapV2::TensorSlice")
    operation = few.names.index("ExecutorState::Process")
    each = EVENTS // THREADS
    tracks = []
    for number in range(THREADS):
        start_s = np.cumsum(random.exponential(4e-6, each))
        took_s = random.exponential(2e-6, each)
        # A fifth of them calls of stages, the rest operations.
        names = np.where(random.random(each) < 0.2, call, operation)
        columns = names, np.zeros(each, np.int64), np.full(each, NO_STEP, np.int64)
        tracks.append(track_of("/host:CPU", f"thread {number}", start_s, took_s, columns))
    return Capture(few.names, (*few.tracks, *tracks))


def _frames_s() -> Iterator[float]:
    """How long frames take while somebody zooms in, goes sideways and zooms out."""
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from gui.theme import LIGHT, apply_theme
    from gui.timeline.timeline_view import TimelineView

    app = QApplication([])
    apply_theme(app, LIGHT)
    capture = _capture()
    began_s = time.perf_counter()
    timeline = timeline_of(capture, tell(capture))
    print(f"{capture.events:,} events laid out: {time.perf_counter() - began_s:.2f} s")
    view = TimelineView(LIGHT)
    view.resize(*SIZE)
    view.show_timeline(timeline)
    view.show()
    app.processEvents()
    bar = view.verticalScrollBar()
    bar.setValue(bar.maximum())
    began_s = time.perf_counter()
    view.viewport().repaint()
    print(f"first picture: {1000 * (time.perf_counter() - began_s):.0f} ms")
    keys = ["w"] * 30 + ["d"] * 20 + ["s"] * 30
    for frame in range(FRAMES):
        QTest.keyClick(view, keys[frame % len(keys)])
        began_s = time.perf_counter()
        view.viewport().repaint()
        yield time.perf_counter() - began_s


def _train() -> None:
    from core.measure.fit import fit

    chosen = workload("augmented")
    start = preset("naive", "augmented", chosen.chain).apply(chosen.chain.defaults())
    settings = start.with_assignments(["fit.epochs=1", "fit.steps_per_epoch=200"])
    with tempfile.TemporaryDirectory() as folder:
        plan = RunPlan("augmented", settings, f"{folder}/data", trace=TraceOptions(20, folder))
        recording = Recording(Run(plan))
        fit(plan, recording.handle, lambda: False)
        run = recording.run()
        assert run.tracing is not None
        print(
            f"tracing 20 steps: {run.tracing.overhead_s:.2f} s to begin, end and write it; "
            f"{slowdown_words(run)}"
        )
        (file,) = Path(folder).glob("*.gz")
        began_s = time.perf_counter()
        capture = open_trace(file)
        story = tell(capture, run)
        timeline = timeline_of(capture, story)
        print(
            f"from the file of 20 steps ({capture.events:,} events) to words and "
            f"{len(timeline.rows)} rows: {time.perf_counter() - began_s:.2f} s"
        )
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
