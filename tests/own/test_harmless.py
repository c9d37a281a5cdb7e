"""What of someone's callbacks can be timed by itself, because it leaves files and servers alone."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from core.user_code.batch_work import batch_hooks, batch_work
from core.user_code.harmless import works_in_memory

CODE = """
import collections
import math
import os
import time
from pathlib import Path

import keras
import numpy as np
import requests_of_theirs as requests
import tensorflow as tf

KEPT, FILE = [], Path("kept.txt")

def norm(weights):
    return math.sqrt(sum(float(np.sum(w * w)) for w in weights))

def deletes(weights):
    os.remove("kept.txt")

class Kept(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.average, self.losses, self.metric = None, [], keras.metrics.Mean()

    def on_train_begin(self, logs=None):
        self.average = [w.copy() for w in self.model.get_weights()]

    def smoothed(self, decay):
        return [decay * a + (1 - decay) * w for a, w in zip(self.average, self.model.get_weights())]

    def on_train_batch_end(self, batch, logs=None):
        {body}
"""
BODIES = {
    "self.average = self.smoothed(0.99)": True,
    "self.losses.append(float((logs or {}).get('loss', 0.0)))": True,
    "KEPT.append(norm(self.model.get_weights()))": True,
    "print(tf.reduce_mean(self.model(tf.zeros([1, 4]))).numpy(), time.time())": True,
    "self.metric.update_state(keras.ops.mean(np.ones(3)))": True,
    "self.average = collections.defaultdict(lambda: np.zeros(2))": True,
    "super().on_train_batch_end(batch, logs)": True,
    "open('log.txt', 'a').write('x')": False,
    "print(batch, file=self.log)": False,
    "FILE.write_text('x')": False,
    "self.model.save('model.keras')": False,
    "np.save('w.npy', np.ones(3))": False,
    "deletes(self.average)": False,
    "os.system('true')": False,
    "requests.get('http://localhost')": False,
    "tf.io.write_file('log.txt', 'x')": False,
    "tf.summary.scalar('loss', 0.5, step=batch)": False,
    "getattr(self.model, 'save')('model.keras')": False,
    "import shutil": False,
    "KEPT[:] = []": False,
}


def callback(folder: Path, body: str) -> Any:
    (folder / "requests_of_theirs.py").write_text("def get(address): raise OSError\n")
    file = folder / "theirs.py"
    file.write_text(CODE.replace("{body}", body))
    spec = importlib.util.spec_from_file_location("theirs", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Kept()


@pytest.mark.parametrize(("body", "known"), BODIES.items())
def test_what_is_known_to_work_in_memory_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, known: bool
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    theirs = callback(tmp_path, body)
    assert works_in_memory(theirs.on_train_batch_end, theirs) is known
    named = [seen.name for seen in batch_hooks([theirs], tmp_path / "theirs.py")]
    assert named == ["Kept.on_train_batch_end"]


def test_a_callback_that_works_in_memory_is_timed_on_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    monkeypatch.syspath_prepend(tmp_path)
    theirs = callback(tmp_path, "self.losses.append(self.smoothed(0.9)[0].shape)")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    (work,) = batch_work([theirs], model, tmp_path, tmp_path / "theirs.py")
    work.begin()
    work.do(0)
    work.do(1)
    assert theirs.losses == [(4, 2), (4, 2)]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    ("made", "option", "written"),
    [
        ("ModelCheckpoint('/nowhere/w.weights.h5', save_weights_only=True", "save_freq", "check"),
        ("ModelCheckpoint('/nowhere/w.keras'", "save_freq", "checkpoint.keras"),
        ("BackupAndRestore('/nowhere'", "save_freq", "backup"),
    ],
)
def test_a_callback_of_keras_that_writes_is_timed_in_scratch(
    tmp_path: Path, made: str, option: str, written: str
) -> None:
    import keras

    script, scratch = tmp_path / "train.py", tmp_path / "scratch"
    scratch.mkdir()
    script.write_text(f"from keras import callbacks\n\nmade = callbacks.{made}, {option}=7)\n")
    names: dict[str, Any] = {}
    exec(script.read_text(), names)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    (work,) = batch_work([names["made"]], model, scratch, script)
    assert (work.every, work.hook.line) == (7, 3)
    assert work.hook.name.endswith(f"({option}=7)")
    work.begin()
    work.do(0)
    work.do(1)
    assert [file.name.startswith(written) for file in scratch.iterdir()] == [True]


def test_a_tensorboard_that_writes_for_batches_is_seen(tmp_path: Path) -> None:
    import keras

    class Mine(keras.callbacks.TensorBoard):
        pass

    every = [Mine(tmp_path, update_freq=each) for each in ("batch", "epoch")]
    (seen,) = batch_hooks(every, tmp_path / "train.py")
    assert (seen.name, seen.line) == ("Mine(update_freq=1)", 0)
