"""Real runs over data and code that are not as they should be: what a person sees of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.measure.fit import fit
from core.measure.run_environment import RunEnvironment
from core.model.events import Event
from core.model.plan import Part, RunPlan
from core.model.recording import Recording
from core.model.run import Failure, Run
from core.user_code.function_workload import open_function
from core.user_code.known_workloads import Workloads
from core.user_code.user_function import UserFunction
from core.workloads.workload import Workload

TrainOn = Callable[..., Run]
TrainCode = Callable[..., Run]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The application's folder of data."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def train_on(data: Path) -> TrainOn:
    """Train: ``train_on(workload, "fit.epochs=1")`` gives the run; it leaves no scratch."""

    def go(
        of: Workload,
        *assignments: str,
        part: Part = Part.WHOLE,
        on: Callable[[Event], None] = lambda event: None,
    ) -> Run:
        workloads = Workloads()
        workloads.add(of)
        short = ("fit.epochs=1", "fit.device=cpu")
        settings = of.chain.defaults().with_assignments((*short, *assignments))
        recording = Recording(Run(RunPlan(of.id, settings, str(data), part=part)))

        def emit(event: Event) -> None:
            on(event)
            recording.handle(event)

        environment = RunEnvironment(workloads)
        fit(recording.run().plan, emit, lambda: False, run_environment=environment)
        assert not list(data.glob("scratch-*"))
        return recording.run()

    return go


@pytest.fixture
def train_code(train_on: TrainOn, tmp_path: Path) -> TrainCode:
    """Train a file's ``make_dataset``: it has ``tf``, ``np``, ``keras``, and its folder as HERE."""

    def go(text: str, *assignments: str, **more: Any) -> Run:
        file = tmp_path / "train.py"
        head = "import os, keras, numpy as np, tensorflow as tf; HERE = os.path.dirname(__file__)\n"
        file.write_text(head + text.lstrip("\n"), encoding="utf-8")
        code = open_function(UserFunction(file, "make_dataset"))
        return train_on(code, *assignments, **more)

    return go


def failure_of(run: Run) -> Failure:
    """What went wrong with a run, which says what was expected and what to do, each in a line."""
    failure = run.failure
    assert failure is not None
    assert failure.expected
    assert failure.remedy
    for part in (failure.what, failure.expected, failure.remedy):
        assert "\n" not in part
        assert "Graph execution error" not in part
    return failure
