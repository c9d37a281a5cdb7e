"""Real training on real data, made once for all tests here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.measure.fit import fit
from core.model.events import Event
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run
from core.model.settings import Settings
from core.pipeline.presets import preset
from core.workloads.catalogue import workload

Train = Callable[..., Run]


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
    ) -> Run:
        settings = settings_of(name, preset_name, *assignments)
        recording = Recording(Run(RunPlan(name, dict(settings), str(data_folder))))
        events: list[Event] = []

        def emit(event: Event) -> None:
            events.append(event)
            recording.handle(event)

        fit(recording.run().plan, emit, lambda: cancelled(recording.run()))
        run = recording.run()
        assert run.state.over
        ends = [type(event).__name__ for event in events]
        assert ends.count("RunEnded") == 1
        assert ends[-1] == "RunEnded"
        return run

    return go
