"""Real training on real data, made once for all tests here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.lazy import keras
from core.measure.fit import fit
from core.measure.run_environment import RunEnvironment
from core.model.events import Event
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run
from core.model.settings import Settings
from core.pipeline.presets import preset
from core.workloads import catalogue
from core.workloads.catalogue import workload
from core.workloads.jpeg_tfrecord import JpegTFRecord
from core.workloads.npz_shards import NpzShards

Train = Callable[..., Run]


SMALL = (
    NpzShards(files=20, examples_per_file=32),
    JpegTFRecord(files=4, examples_per_file=40, stored_size=64),
)


@pytest.fixture(autouse=True)
def small_workloads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give workloads less data, and a model that is traced in half the time."""
    small = {workload.id: workload for workload in SMALL}
    whole = tuple(small.get(workload.id, workload) for workload in catalogue.WORKLOADS)
    monkeypatch.setattr(catalogue, "WORKLOADS", whole)
    if "real_model" not in request.fixturenames:
        for module in ("in_memory", "npz_shards", "jpeg_tfrecord"):
            monkeypatch.setattr(f"core.workloads.{module}.make_model", small_model)


@pytest.fixture
def real_model() -> None:
    """Keep the model of the workload."""


def small_model(classes: int, size: int) -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input((size, size, 3)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Flatten(),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.Dense(classes, activation="softmax", dtype="float32"),
        ]
    )
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
    return model


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


def settings_of(name: str, preset_name: str, *assignments: str) -> Settings:
    chosen = workload(name)
    start = preset(preset_name, name, chosen.chain).apply(chosen.chain.defaults())
    return start.with_assignments(assignments)


@pytest.fixture
def train(data_folder: Path) -> Train:
    """Train for real: ``train("augmented", "naive", "fit.epochs=1")`` gives the run."""

    def go(
        name: str,
        preset_name: str,
        *assignments: str,
        cancelled: Callable[[Run], bool] = lambda run: False,
        run_environment: RunEnvironment | None = None,
    ) -> Run:
        settings = settings_of(name, preset_name, *assignments)
        recording = Recording(Run(RunPlan(name, settings, str(data_folder))))
        events: list[Event] = []

        def emit(event: Event) -> None:
            events.append(event)
            recording.handle(event)

        fit(
            recording.run().plan,
            emit,
            lambda: cancelled(recording.run()),
            run_environment=run_environment,
        )
        run = recording.run()
        assert run.state.over
        ends = [type(event).__name__ for event in events]
        assert ends.count("RunEnded") == 1
        assert ends[-1] == "RunEnded"
        return run

    return go
