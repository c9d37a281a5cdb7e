"""A project of someone, its packages named as ours are, in every process that it may run in."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.engines.engines import Engines
from core.engines.interpreter import look_at
from core.engines.times import StopTimes
from core.export.user_code_patch import user_code_patch
from core.model.events import Event, StepsTaken
from core.model.plan import PROCESS, RunPlan
from core.model.recording import Recording
from core.model.run import Run, RunState
from core.model.to_open import ToOpen
from core.workloads.workload import Workload
from tests.environments import other_environment
from tests.sshd import MACHINE, MISSING, sshd_in

pytestmark = pytest.mark.e2e

FAR = "on another machine"
_PACKAGES = ("core", "gui", "resources", "tests", "utils")
_DATA = """import tensorflow as tf
from utils import NAME

def make(size):
    data = tf.data.Dataset.range(64)
    data = data.map(lambda n: ([tf.cast(n, tf.float32)], 0))
    return data.batch(size)
"""
_MAIN = """import keras

def build():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model
"""
_PIPELINE = """import core, gui, resources, tests, utils
import conftest, main
from core.data import make

assert [package.NAME for package in (core, gui, resources, tests, utils)] == [
    "core", "gui", "resources", "tests", "utils"
]

def make_dataset():
    return make(conftest.SIZE)

def make_model():
    return main.build()
"""
_SCRIPT = """from conftest import SIZE
from core.data import make
from main import build

if __name__ == "__main__":
    build().fit(make(SIZE), epochs=2)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for name in _PACKAGES:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(f"NAME = {name!r}\n", encoding="utf-8")
    texts = {"core/data.py": _DATA, "main.py": _MAIN, "pipeline.py": _PIPELINE, "train.py": _SCRIPT}
    for name, text in {**texts, "conftest.py": "SIZE = 8\n"}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def interpreters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Engines]]:
    folder = tmp_path_factory.mktemp("other")
    environment = str(other_environment(folder / "environment"))
    every = {where: Engines(times=StopTimes(soft_s=120.0)) for where in ("this", "another", FAR)}
    every["another"].choose(look_at(environment))
    with contextlib.ExitStack() as stack:
        if not MISSING:
            path = stack.enter_context(sshd_in(folder / "sshd")).path
            stack.enter_context(pytest.MonkeyPatch.context()).setenv("PATH", path)
            every[FAR].choose(look_at(environment, machine=MACHINE))
        yield every
        for engines in every.values():
            engines.close()


def opened(engines: Engines, wanted: ToOpen) -> Workload:
    return engines.open(wanted, lambda at: None, lambda: False)


def plan_of(engines: Engines, of: Workload, *assignments: str, folder: Path) -> RunPlan:
    settings = of.chain.defaults().with_assignments(assignments)
    python = "" if engines.interpreter is None else engines.interpreter.name
    return RunPlan(
        of.id, settings, str(folder / "data"), code=of.code, engine=PROCESS, interpreter=python
    )


def carry(engines: Engines, plan: RunPlan) -> Run:
    recording = Recording(Run(plan))
    engines.fit(plan, recording.handle, lambda: False)
    return recording.run()


@pytest.mark.parametrize(
    ("name", "where"), [("pipeline.py", "another"), ("train.py", "this" if MISSING else FAR)]
)
def test_a_project_with_packages_of_our_names_is_opened_trained_and_patched(
    interpreters: dict[str, Engines], project: Path, name: str, where: str
) -> None:
    engines = interpreters[where]
    arguments = () if name == "train.py" else None
    machine = MACHINE if where == FAR else ""
    of = opened(engines, ToOpen(str(project / name), arguments, machine=machine))
    run = carry(engines, plan_of(engines, of, "fit.epochs=2", folder=project))
    assert run.state is RunState.DONE, run.failure
    assert run.samples.steps == 16
    if where == FAR:
        assert of.id.startswith(f"run-script:{MACHINE}:{project}/train.py@")
        # What the patch stands on has come from there.
        (project / "core").rename(project / "gone")
    patch = user_code_patch(of, of.chain.defaults().with_assignments(["map.num_parallel_calls=2"]))
    assert not patch.not_done
    assert "tf.float32)], 0), num_parallel_calls=2)" in patch.diff
    assert [patched.file for patched in patch.files] == [project / "core" / "data.py"]
    if where == FAR:
        (project / "gone").rename(project / "core")


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux does")
def test_nothing_of_a_run_in_another_interpreter_outlives_its_process(
    interpreters: dict[str, Engines], project: Path
) -> None:
    engines = interpreters["another"]
    of = opened(engines, ToOpen(f"{project / 'pipeline.py'}:make_dataset"))
    plan = plan_of(engines, of, "fit.epochs=10000", folder=project)
    recording, seen = Recording(Run(plan)), set[psutil.Process]()

    def emit(event: Event) -> None:
        recording.handle(event)
        if isinstance(event, StepsTaken) and not seen:
            for process in psutil.Process().children(recursive=True):
                if "_pipeline_explorer" in " ".join(process.cmdline()):
                    seen.add(process)
            trainer = next(process for process in seen if process.ppid() != os.getpid())
            os.kill(trainer.pid, signal.SIGKILL)

    engines.fit(plan, emit, lambda: False)
    run = recording.run()
    assert run.state is RunState.FAILED
    assert run.failure is not None
    assert "SIGKILL" in run.failure.what
    assert run.samples.steps
    assert seen
    assert not any(process.is_running() for process in seen)
