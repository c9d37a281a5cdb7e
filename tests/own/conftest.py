"""Pipelines as people write them, opened once for all tests here."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from core.lazy import keras, tf
from core.measure.fit import fit
from core.measure.run_environment import RunEnvironment
from core.model.plan import Part, RunPlan
from core.model.recording import Recording
from core.model.run import Run
from core.model.stage import SourceData
from core.user_code.find_function import function
from core.user_code.function_workload import UserFunctionWorkload, open_function
from core.user_code.known_workloads import Workloads
from core.user_code.load_file import load
from core.user_code.user_function import UserFunction

FOLDER = Path(__file__).parent / "pipelines"
_HELPERS = ("sample_data", "batching")
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in _HELPERS)
SOME = 20
"""So many elements are compared, and the number of all."""


class Delivered(NamedTuple):
    """What a dataset gave.

    Attributes:
        count: Of elements; -1 where they never end.
        first: The first of them, each as the bytes of its parts.
    """

    count: int
    first: list[list[bytes]]


def of(name: str) -> UserFunction:
    return UserFunction(FOLDER / f"{name}.py", "make_dataset")


@functools.cache
def opened(name: str) -> UserFunctionWorkload:
    seed()
    return open_function(of(name))


def about(name: str) -> Any:
    """The pipeline's module, which says what is expected of it."""
    return load(of(name).file)


def untouched(name: str) -> Any:
    """What the function gives when nobody watches."""
    call = function(of(name))
    seed()
    return call()


def seed() -> None:
    keras.utils.set_random_seed(11)


def delivered(dataset: Any, *, endless: bool = False) -> Delivered:
    count, first = 0, []
    for element in dataset:
        if count < SOME:
            parts = tf.nest.flatten(element, expand_composites=True)
            first.append([_bytes(part) for part in parts])
        elif endless:
            return Delivered(-1, first)
        count += 1
    return Delivered(count, first)


def _bytes(part: Any) -> bytes:
    plain = np.asarray(part.numpy())
    content = repr(plain.tolist()).encode() if plain.dtype.hasobject else plain.tobytes()
    return f"{plain.dtype}{plain.shape}".encode() + content


@pytest.fixture(scope="session", autouse=True)
def _data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where the pipelines' files are made."""
    os.environ["OWN_PIPELINES_DATA"] = str(tmp_path_factory.mktemp("own"))
    yield
    del os.environ["OWN_PIPELINES_DATA"]


DATASET = "tf.data.Dataset.range(6).batch(2)"


def build(code: UserFunctionWorkload) -> Any:
    """Its dataset with nothing changed."""
    folder = code.function.file.parent
    return code.build(code.chain.defaults(), SourceData(folder, folder))


Write = Callable[..., UserFunction]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file that imports TensorFlow as ``tf``, and name a function in it."""

    def go(text: str, name: str = "make_dataset", file: str = "pipeline.py") -> UserFunction:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("import tensorflow as tf\n" + text, encoding="utf-8")
        return UserFunction(path, name)

    return go


Train = Callable[..., Run]


STAND_IN = "emulated by a stand-in model"


@pytest.fixture
def train(tmp_path: Path) -> Train:
    def go(
        code: UserFunctionWorkload, part: Part = Part.WHOLE, seconds: float = 60.0, **values: object
    ) -> Run:
        workloads = Workloads()
        workloads.add(code)
        assert workloads.get(code.id) is code
        changes = {key.replace("__", "."): value for key, value in values.items()}
        if not code.opened.endless and part is Part.WHOLE:
            changes.setdefault("fit.epochs", 2)
        # On the CPU, unless a test is about the device.
        changes.setdefault("fit.device", "cpu")
        settings = code.chain.defaults().with_values(changes)
        recording = Recording(Run(RunPlan(code.id, settings, str(tmp_path), part=part)))

        def cancelled() -> bool:
            # The parts alone go on for seconds: what they count shows at once.
            return part is not Part.WHOLE and recording.run().samples.steps > 5

        environment = RunEnvironment(workloads)
        fit(recording.run().plan, recording.handle, cancelled, run_environment=environment)
        return recording.run()

    return go
