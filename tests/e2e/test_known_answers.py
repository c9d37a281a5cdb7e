"""Pipelines whose idle time follows from arithmetic.

A map takes a known time ``e`` for each element without using the CPU or the GIL, batches have
``n`` elements, the emulated accelerator takes ``d`` a step, and the host ``h`` between steps (1 to
3 ms, as measured). Then, as written,

- without prefetch: input wait ``n e`` a step, idle ``(n e + h) / (n e + d + h)``;
- with ``p`` parallel calls: they have ``p`` elements ready when a batch is asked for, so
  ``(n - p) e / p`` takes the place of ``n e``;
- with prefetch: idle ``1 - d / max(d + h, n e / p)``.

``e`` is measured with the pipeline alone, since a sleep takes longer than it is asked to.
Whatever TensorFlow makes of the pipeline, its performance model tells of the same input wait.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.analysis.stages.model_wait import model_wait
from core.lazy import keras, tf
from core.measure.fit import fit
from core.measure.run_environment import RunEnvironment
from core.metrics.accounting import steady_account
from core.metrics.catalogue import metric
from core.model.chain import Chain
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.build import build
from core.pipeline.stages.batch import Batch
from core.pipeline.stages.fit import Fit
from core.pipeline.stages.function import Function
from core.pipeline.stages.map import Map
from core.pipeline.stages.options import Options
from core.pipeline.stages.prefetch import Prefetch
from core.pipeline.stages.repeat import Repeat
from core.pipeline.stages.source import SourceStage
from core.user_code.known_workloads import Workloads
from core.workloads.workload import Report, Workload

pytestmark = pytest.mark.e2e

BATCH = 8
TOLERANCE_POINTS = 6.0
AGREE_POINTS = 10.0
"""Performance model and loop on input wait, in points of the time, hand-over included."""


def waits(x: object, y: object) -> tuple[object, object]:
    """Sleep 2 ms in C++, without the CPU and the GIL."""
    one = tf.data.Dataset.from_tensors(x)
    asleep = tf.raw_ops.SleepDataset(
        input_dataset=one._variant_tensor,
        sleep_microseconds=2000,
        output_types=[tf.float32],
        output_shapes=[[8]],
    )
    (after,) = tf.raw_ops.DatasetToSingleElement(
        dataset=asleep, output_types=[tf.float32], output_shapes=[[8]]
    )
    return after, y


def small_model() -> object:
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


@dataclass(frozen=True)
class Zeros(SourceStage):
    def apply(self, dataset: object, settings: Settings, data: SourceData) -> object:
        return tf.data.Dataset.from_tensors((tf.zeros(8), 0)).repeat()


@dataclass(frozen=True)
class Waiting(Workload):
    id = "waiting"
    title = "a map that waits"
    description = "Only for tests."

    @property
    def chain(self) -> Chain:
        return Chain(
            (
                Zeros(),
                Map(function=lambda settings: Function(waits), does="wait"),
                Batch(),
                Repeat(),
                Prefetch(),
                Options(),
                Fit(),
            )
        )

    def prepare(self, data: SourceData, settings: Settings, report: Report) -> None:
        """Nothing to make."""

    def model(self, settings: Settings, data: SourceData) -> Function:
        return Function(small_model)


WAITING = Waiting()


def settings_with(*assignments: str) -> Settings:
    base = (f"batch.batch_size={BATCH}", "fit.epochs=1", "fit.steps_per_epoch=28")
    return WAITING.chain.defaults().with_assignments((*base, *assignments))


def ran(folder: Path, *assignments: str) -> Run:
    workloads = Workloads()
    workloads.add(WAITING)
    plan = RunPlan(WAITING.id, settings_with(*assignments), str(folder))
    recording = Recording(Run(plan))
    environment = RunEnvironment(workloads)
    fit(plan, recording.handle, lambda: False, run_environment=environment)
    assert recording.run().failure is None
    return recording.run()


def seconds_per_batch(folder: Path, *assignments: str) -> float:
    """The pipeline alone: what ``n e / p`` is here, as the median of single batches."""
    data = WAITING.source_data(folder, settings_with(), folder)
    iterator = iter(build(settings_with(*assignments), data))
    next(iterator)
    times = []
    for _ in range(20):
        began = time.perf_counter()
        next(iterator)
        times.append(time.perf_counter() - began)
    return sorted(times)[len(times) // 2]


@dataclass(frozen=True)
class Answer:
    """What arithmetic says beside what was measured, idle in percent and waits in seconds."""

    idle: tuple[float, float]
    wait_s: tuple[float, float] | None

    def holds(self) -> bool:
        expected, measured = self.idle
        near = abs(expected - measured) <= TOLERANCE_POINTS
        return near and (
            self.wait_s is None or self.wait_s[1] == pytest.approx(self.wait_s[0], rel=0.2)
        )


def answer(folder: Path, ms: int, p: int, prefetch: str) -> Answer:
    """Run once; ``p`` parallel calls, 0 for a sequential map."""
    element_s, device_s = seconds_per_batch(folder) / BATCH, ms / 1000.0
    run = ran(
        folder,
        f"map.num_parallel_calls={p or 'off'}",
        f"prefetch.buffer_size={prefetch}",
        f"fit.device=emulated:{ms}",
    )
    account = steady_account(run)
    assert account is not None
    host_s, wait_s = account.host_s / account.steps, None
    if prefetch == "off":
        expected_s = (BATCH - p) * element_s / max(p, 1)
        period_s = expected_s + device_s + host_s
        wait_s = (expected_s, metric("input_wait_s_per_step").of(run).value or 0.0)
    else:
        period_s = max(device_s + host_s, BATCH * element_s / max(p, 1))
    measured = metric("device_idle_percent").of(run).value
    assert measured is not None
    return Answer((100.0 * (1.0 - device_s / period_s), measured), wait_s)


@pytest.mark.parametrize(
    # Every two values of different settings meet.
    ("device_ms", "calls", "prefetch"),
    [(10, 0, "off"), (40, 2, "off"), (40, 0, "2"), (10, 2, "2")],
)
def test_idle_is_what_arithmetic_says(
    tmp_path: Path, device_ms: int, calls: int, prefetch: str
) -> None:
    # Other programs can take the processor for a while: a disturbed run may be repeated.
    answers = []
    for _ in range(3):
        answers.append(answer(tmp_path, device_ms, calls, prefetch))
        if answers[-1].holds():
            return
    pytest.fail(f"three times off: {answers}")


@pytest.mark.parametrize(
    "changes",
    [
        ("prefetch.buffer_size=off",),
        ("prefetch.buffer_size=2",),
        (
            "prefetch.buffer_size=autotune",
            "map.num_parallel_calls=autotune",
            "options.rewrites=tensorflow_default",
        ),
    ],
    ids=["naive", "prefetch", "autotune and rewrites"],
)
def test_performance_model_and_loop_agree_on_the_wait(
    tmp_path: Path, changes: tuple[str, ...]
) -> None:
    found = []
    for _ in range(3):
        # Enough for several readings of the performance model.
        run = ran(tmp_path, "fit.device=emulated:10", "fit.steps_per_epoch=60", *changes)
        found.append(model_wait(run))
        assert found[-1] is not None
        if abs(found[-1].model_percent - found[-1].loop_percent) <= AGREE_POINTS:
            return
    pytest.fail(f"three times apart: {found}")
