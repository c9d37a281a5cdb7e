"""A workload of your own: a chain of stages over your data, and a model.

This file runs as it is: ``python main.py run THIS_FILE.py`` trains on readings of sensors that it
makes itself. Change it part by part until it is yours. The built-in workloads follow the same
protocol (``core/workloads/workload.py`` documents each method), so anything that they can do, this
one can: knobs in the form and on the command line, comparisons, sweeps, code to copy.

Functions that the pipeline or the model is made of stand on their own, at the top of the file:
they use their arguments, ``tf``, ``np`` and ``keras`` alone, so that the code people copy runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from core.model.chain import Chain
from core.model.settings import Settings
from core.model.stage import SourceData, StageCode
from core.pipeline.stages.batch import Batch
from core.pipeline.stages.cache import Cache
from core.pipeline.stages.fit import Fit
from core.pipeline.stages.function import Function
from core.pipeline.stages.map import Map
from core.pipeline.stages.options import Options
from core.pipeline.stages.prefetch import Prefetch
from core.pipeline.stages.process import Process
from core.pipeline.stages.repeat import Repeat
from core.pipeline.stages.shuffle import Shuffle
from core.pipeline.stages.source import SourceStage
from core.workloads.datafiles import Recipe, Tick, ensure
from core.workloads.workload import Report, Workload

if TYPE_CHECKING:
    import keras
    import tensorflow as tf
else:
    # Loaded when first used: the window lists workloads before TensorFlow is there.
    from core.lazy import keras, tf

_FILE = "readings.npz"


def normalize(readings: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """What the map does to each element: mean 0 and variance 1 over a window of readings."""
    readings = tf.cast(readings, tf.float32)
    mean, variance = tf.nn.moments(readings, axes=[0])
    return (readings - mean) / tf.sqrt(variance + 1e-6), label


def make_model(steps: int) -> keras.Model:
    """The compiled model that is trained. Make it yours."""
    model = keras.Sequential(
        [
            keras.Input((steps, 1)),
            keras.layers.Conv1D(16, 5, strides=2, activation="relu"),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(2, activation="softmax", dtype="float32"),
        ]
    )
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model


@dataclass(frozen=True)
class Readings(SourceStage):
    """Where the data come from: ``(readings, label)``, float32 ``(steps, 1)`` and int64 ``()``."""

    help: ClassVar[str] = "One .npz file of sensor readings and labels, loaded into memory."

    def apply(self, dataset: Any, settings: Settings, data: SourceData) -> Any:
        """Build the first ``tf.data.Dataset`` of the chain."""
        with np.load(data.folder / _FILE, allow_pickle=False) as file:
            return tf.data.Dataset.from_tensor_slices((file["readings"], file["labels"]))

    def write(self, settings: Settings, data: SourceData) -> StageCode:
        """The same as Python, for people to copy."""
        return StageCode(
            (
                f"with np.load({str(data.folder / _FILE)!r}) as file:\n"
                '    arrays = file["readings"], file["labels"]',
                "dataset = tf.data.Dataset.from_tensor_slices(arrays)",
            ),
            imports=frozenset(("import numpy as np",)),
        )


@dataclass(frozen=True)
class SensorReadings(Workload):
    """Your workload: an id, a title, a chain, data and a model."""

    id: ClassVar[str] = "sensor_readings"
    title: ClassVar[str] = "Sensor readings"
    description: ClassVar[str] = "Windows of readings of a sensor, calm or shaken, in memory."

    examples: int = 4000
    steps: int = 256

    @cached_property
    def chain(self) -> Chain:
        """The stages in the order of the data; each brings its own knobs."""
        return Chain(
            (
                Readings(),
                Map(lambda settings: Function(normalize), does="bring to mean 0 and variance 1"),
                Cache(),
                Shuffle(),
                Batch(),
                Repeat(),
                Prefetch(),
                Options(),
                Process(),
                Fit(),
            )
        )

    def prepare(self, data: SourceData, settings: Settings, report: Report) -> None:
        """Make the data, or check that they are there. With your own data, look at them here."""
        recipe = Recipe(
            title=self.title,
            version=1,
            parameters={"examples": self.examples, "steps": self.steps},
            files={_FILE: self._make},
            size_mb=5,
        )
        ensure(recipe, data.folder, report)

    def count(self, settings: Settings, data: SourceData) -> int | None:
        """Examples in one pass over the data; None where nobody knows."""
        return self.examples

    def model(self, settings: Settings, data: SourceData) -> Function:
        """The function that makes the model, and its arguments."""
        return Function(make_model, {"steps": self.steps})

    def _make(self, path: Path, tick: Tick) -> None:
        rng = np.random.default_rng(1)
        labels = rng.integers(0, 2, self.examples)
        tick(0.5)
        swing = np.sin(np.arange(self.steps) / 5.0)[None, :, None] * labels[:, None, None]
        readings = swing + rng.normal(0, 0.5, (self.examples, self.steps, 1))
        np.savez(path, readings=readings.astype(np.float32), labels=labels.astype(np.int64))


WORKLOAD = SensorReadings()
"""What this file is opened for."""
