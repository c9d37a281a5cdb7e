"""Do loop, performance model and trace agree on the input wait?

``python -m benchmarks.agreement [WORKLOAD ...]``: trains each workload as the application does, on
an emulated accelerator of 10 and of 40 ms, naive, tuned and naive with TensorFlow's rewrites, and
prints the mean input wait a step from three sources, over the same steps of the same run. Ends
with exit code 1 if they do not agree. ``image_folder`` gets images made for the purpose.

Input wait is from asking the iterator for a batch to having it. In a ``tf.function``, and so in
every ``model.fit``, TensorFlow fetches the batch on a thread of its own; the hand-over to that
thread and back is part of the wait, for the device waits meanwhile. The three see it like this:

- *loop*: from the time stamp before the request to the one that waits for the batch, as a run
  records it. Hand-over included.
- *trace*: from TensorFlow's executor beginning ``IteratorGetNext`` (``ProcessAsync::Start``) to
  the first op that waits for the batch being run, both on the profiler's clock. Hand-over
  included. (``IteratorGetNextOp::DoCompute`` alone leaves it out.)
- *model*: the time between two batches less ``gap_times``, which the pipeline's root takes down
  from having delivered a batch to being asked for the next. It cannot see the hand-over, so this
  is measured in the trace, as what ``Iterator::Root`` does not take of the trace's wait, and
  stands in a column of its own; what must agree is the sum. So model and trace are not wholly
  independent: between these two, ``gap_times`` is tested against ``Iterator::Root``.

Two figures agree when they are at most 10 % of the greater apart; where a wait is so short that
this is less than the clocks and the scheduler can tell, when they are at most 0.1 ms apart. All
three pairs must; a row says which rule its worst pair needed. Where another program takes the
processor between a time stamp and the request, one step can be many ms apart: a row that says NO
says how many, stays, and the run is repeated, at most twice.

Besides, no step may have its second time stamp before the thread that fetches has the batch (the
row then says how many were too early), and the clock must add no hand-over of its own: the last
lines compare it with that of a bare ``model.fit`` of the same pipeline, without an emulated
accelerator, in turns. It may be 0.1 ms more.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.pairs import interleaved
from benchmarks.real_fit import RepeatedFit
from benchmarks.traces import Requests, traced
from core.analysis.stages.model_wait import model_wait
from core.folders import Folders
from core.lazy import tf
from core.measure.fingerprint import fingerprint
from core.measure.fit import fit
from core.measure.loading import load_tensorflow
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run
from core.pipeline.presets import preset
from core.workloads.catalogue import WORKLOADS, workload

AGREE_SHARE = 0.1
AGREE_S = 0.0001
DEVICES = ("emulated:10", "emulated:40")
REWRITES = "options.rewrites=tensorflow_default"
VARIANTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("naive", ()),
    ("naive", (REWRITES,)),
    ("tuned", ()),
)
STEPS = 90
TRIES = 3
_IMAGES, _CLASSES, _SIDE = 150, 2, 200


@dataclass(frozen=True)
class Waits:
    """Mean input wait over the same steps, all in seconds a step.

    Attributes:
        steps: How many steps.
        step_s: How long a step took.
        loop_s: Timed in the loop.
        trace_s: From the trace.
        model_s: From the performance model.
        hand_over_s: What the model cannot see, from the trace.
        worst_step_s: The most that loop and trace are apart in one of the steps.
        too_early: Steps of the whole run that the loop took for ready before they were.
    """

    steps: int
    step_s: float
    loop_s: float
    trace_s: float
    model_s: float
    hand_over_s: float
    worst_step_s: float
    too_early: int

    @property
    def whole_model_s(self) -> float:
        """The model's figure as the other two have it."""
        return self.model_s + self.hand_over_s

    def rule(self) -> str:
        """The rule by which all three agree; empty where they do not."""
        pairs = list(combinations((self.loop_s, self.trace_s, self.whole_model_s), 2))
        if self.too_early:
            return ""
        if all(abs(a - b) <= AGREE_SHARE * max(a, b) for a, b in pairs):
            return f"{100 * AGREE_SHARE:g} %"
        if all(abs(a - b) <= max(AGREE_S, AGREE_SHARE * max(a, b)) for a, b in pairs):
            return f"{1000 * AGREE_S:g} ms"
        return ""


def measured(name: str, preset_name: str, assignments: tuple[str, ...]) -> Waits:
    """Train once under the profiler."""
    chosen = workload(name)
    settings = preset(preset_name, name, chosen.chain).apply(chosen.chain.defaults())
    settings = settings.with_assignments(assignments)
    folders = Folders.default()
    folders.make()
    # Data are made, and looked at for their fingerprint, before the trace begins: both use tf.data.
    data = chosen.source_data(folders.cache, settings, folders.cache)
    chosen.prepare(data, settings, lambda fraction, text: None)
    fingerprint(settings, data)
    recording = Recording(Run(RunPlan(name, settings, str(folders.cache))))
    plan = recording.run().plan
    found = traced(lambda: fit(plan, recording.handle, lambda: False))
    run = recording.run()
    if run.failure is not None:
        raise RuntimeError(run.failure.text())
    return waits(run, found)


def waits(run: Run, found: Requests) -> Waits:
    """Lay run and trace side by side, over the steps of which the model knows the gaps.

    Raises:
        RuntimeError: There are no such steps, or the trace is of other steps.
    """
    both = model_wait(run)
    if both is None or len(found.wait_s) != run.samples.steps:
        raise RuntimeError(f"nothing to compare: {both}, {len(found.wait_s)} requests in the trace")
    count = len(both.steps)
    apart_s = (run.samples.ready_s - run.samples.asked_s - found.wait_s)[both.steps]
    return Waits(
        steps=count,
        step_s=both.wall_s / count,
        loop_s=both.loop_s / count,
        trace_s=float(found.wait_s[both.steps].mean()),
        model_s=both.model_s / count,
        hand_over_s=float(found.hand_over_s[both.steps].mean()),
        worst_step_s=float(np.abs(apart_s).max()),
        too_early=int((found.ready_s < found.fetched_s).sum()),
    )


def hand_overs(name: str, assignments: tuple[str, ...]) -> tuple[float, float]:
    """Median hand-over of a step in seconds: with the clock and in a bare fit."""
    repeated = RepeatedFit(name, "naive", assignments, seconds=1.0)

    def half(work: Callable[[], object]) -> Callable[[], float]:
        # The first steps of a segment find cold threads.
        return lambda: float(np.median(traced(work).inner_hand_over_s[5:]))

    def clocked() -> None:
        repeated.timed_run(repeated.plan, lambda event: None, lambda: False)

    with_clock, bare = interleaved(half(clocked), half(repeated.bare_throughput), 6)
    return median(with_clock), median(bare)


def make_images(folder: Path) -> None:
    """JPEG files of noise, in class folders."""
    rng = np.random.default_rng(1)
    for number in range(_IMAGES):
        path = folder / f"class {number % _CLASSES}" / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(0, 256, (_SIDE, _SIDE, 3), np.uint8)
        path.write_bytes(tf.io.encode_jpeg(pixels).numpy())


def main() -> int:
    """Measure and print one line a run; 1 where anything does not agree."""
    load_tensorflow()
    names = sys.argv[1:] or [one.id for one in WORKLOADS]
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        make_images(Path(folder))
        data = {
            name: (f"source.folder={folder}",) if name == "image_folder" else () for name in names
        }
        print("input wait, ms a step; model + is the model's with the hand-over")
        print(
            f"{'workload':14}{'pipeline':16}{'device':12}{'steps':>6}{'step':>8}{'loop':>8}"
            f"{'trace':>8}{'model':>8}{'hand-over':>10}{'model +':>8}"
            f"{'trace/loop':>11}{'model/loop':>11}{'model +/loop':>13}  agree"
        )
        for name, device, variant in product(names, DEVICES, VARIANTS):
            failed += not _agree(name, device, variant, data[name])
        for name in names:
            clocked_s, bare_s = hand_overs(name, data[name])
            more = clocked_s > bare_s + AGREE_S
            failed += more
            print(
                f"{name}: hand-over with the clock {1e3 * clocked_s:.3f} ms a step, "
                f"in a bare fit {1e3 * bare_s:.3f} ms: {'NO' if more else 'none added'}"
            )
    print(f"{failed} do not agree" if failed else "all agree")
    return 1 if failed else 0


def _agree(
    name: str, device: str, variant: tuple[str, tuple[str, ...]], more: tuple[str, ...]
) -> bool:
    preset_name, changes = variant
    pipeline = preset_name + " rewritten" * bool(changes)
    fixed = (f"fit.device={device}", "fit.epochs=1", f"fit.steps_per_epoch={STEPS}")
    for _ in range(TRIES):
        one = measured(name, preset_name, (*more, *fixed, *changes))
        print(_line(name, pipeline, device, one), flush=True)
        if one.rule():
            return True
    return False


def _line(name: str, pipeline: str, device: str, one: Waits) -> str:
    ms = (one.step_s, one.loop_s, one.trace_s, one.model_s, one.hand_over_s, one.whole_model_s)
    step, loop, trace, model, hand_over, whole = (1e3 * seconds for seconds in ms)
    return (
        f"{name:14}{pipeline:16}{device:12}{one.steps:6}{step:8.2f}{loop:8.3f}"
        f"{trace:8.3f}{model:8.3f}{hand_over:10.3f}{whole:8.3f}"
        f"{trace / loop:11.3f}{model / loop:11.3f}{whole / loop:13.3f}  "
        f"{one.rule() or _no(one)}"
    )


def _no(one: Waits) -> str:
    return f"NO: one step {1e3 * one.worst_step_s:.1f} ms apart, {one.too_early} batches too early"


if __name__ == "__main__":
    sys.exit(main())
