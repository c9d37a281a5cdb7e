"""What of someone's callbacks can be timed by itself, because it leaves files and servers alone."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.user_code.batch_work import batch_hooks, batch_work
from core.user_code.harmless import is_harmless
from core.user_code.scratch_files import writing_to

CODE = """
import collections
import csv
import datetime
import json
import math
import os
import sys
import time
from pathlib import Path

import keras
import numpy as np
import requests_of_theirs as requests
import tensorflow as tf

KEPT, FILE, LOG = [], Path("kept.txt"), sys.__stdout__

def norm(weights):
    return math.sqrt(sum(float(np.sum(w * w)) for w in weights))

def deletes(weights):
    os.remove("kept.txt")

class Kept(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.average, self.losses, self.metric = None, [], keras.metrics.Mean()
        self.log = sys.__stdout__

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
    "os.path.exists('kept.txt'), datetime.datetime.now().isoformat()": True,
    "print(batch, file=self.log)": False,
    "LOG.write('x')": False,
    "file = LOG; file.write('x')": False,
    "log = self.log; log.write('x')": False,
    "np.savetxt('w.txt', np.ones(3))": False,
    "requests_get = requests.get; requests_get('x')": False,
    "self.model.get_layer('x').save('x')": False,
    "[layer.set_weights(layer.get_weights()) for layer in self.model.layers]": True,
    "np.histogram(np.random.default_rng(0).random(9), bins=3)": True,
    "tf.function(lambda: 0)()": False,
    "deletes(self.average)": False,
    "os.system('true')": False,
    "requests.get('http://localhost')": False,
    "tf.io.write_file('log.txt', 'x')": False,
    "tf.summary.scalar('loss', 0.5, step=batch)": False,
    "getattr(self.model, 'save')('model.keras')": False,
    "import shutil": False,
    "KEPT[:] = []": False,
}


WRITES = [
    "with open('a.txt', 'a') as file: file.write('x')",
    "with open('a.txt', 'a') as file: print(batch, file=file)",
    "with open('a.txt', 'x') as file: json.dump({'batch': batch}, file)",
    "with FILE.open('w', newline='') as file: csv.writer(file).writerow([batch])",
    "FILE.with_suffix('.new').write_text('x')",
    "FILE.write_text(FILE.read_text() + 'x') if FILE.exists() else None",
    "np.save('w.npy', np.ones(3))",
    "os.makedirs('new', exist_ok=True); np.save('new/w.npy', np.ones(3))",
    "np.ones(3).tofile('w.bin')",
    "np.savez('w.npz', average=self.average[0])",
    "self.model.save('model.keras')",
    "self.model.save_weights('model.weights.h5')",
]


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
def test_what_is_known_to_leave_all_but_memory_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, known: bool
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    theirs = callback(tmp_path, body)
    assert is_harmless(theirs.on_train_batch_end, theirs) is known
    named = [seen.name for seen in batch_hooks([theirs], tmp_path / "theirs.py")]
    assert named == ["Kept.on_train_batch_end"]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("body", WRITES)
def test_what_a_callback_writes_while_it_is_timed_is_in_scratch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    import keras

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kept.txt").write_text("theirs")
    theirs, scratch = callback(tmp_path, body), tmp_path / "scratch"
    scratch.mkdir()
    before = {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    (work,) = batch_work([theirs], model, scratch, tmp_path / "theirs.py")
    work.begin()
    work.do(0)
    work.do(1)
    assert {file: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()} == before
    (written,) = scratch.iterdir()
    assert written.stat().st_size > 0
    assert "save" not in vars(model)


@pytest.mark.parametrize(
    "does",
    [
        lambda file: file.unlink(),
        lambda file: file.rename(file.with_suffix(".new")),
        lambda file: file.with_suffix(".new").touch(),
        lambda file: subprocess.run(["true"], check=True),
        lambda file: socket.create_connection(("localhost", 9)),
    ],
)
def test_what_reaches_further_is_refused_while_a_callback_is_timed(
    tmp_path: Path, does: Callable[[Path], object]
) -> None:
    import keras

    (kept := tmp_path / "kept.txt").write_text("kept")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    with writing_to(tmp_path / "scratch", model), pytest.raises(PermissionError):
        does(kept)
    assert kept.read_text() == "kept"
    assert [file.name for file in tmp_path.iterdir()] == ["kept.txt"]
    kept.unlink()


def test_what_another_thread_writes_meanwhile_goes_where_it_should(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    with writing_to(tmp_path / "scratch", model):
        thread = threading.Thread(target=(tmp_path / "kept.txt").write_text, args=("kept",))
        thread.start()
        thread.join()
    assert (tmp_path / "kept.txt").read_text() == "kept"


def test_a_callback_that_works_in_memory_is_timed_on_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    theirs = callback(tmp_path, "self.losses.append(self.smoothed(0.9)[0].shape)")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    (work,) = batch_work([theirs], model, tmp_path, tmp_path / "theirs.py")
    work.begin()
    work.do(0)
    work.do(1)
    assert theirs.losses == [(4, 2), (4, 2)]


def test_what_a_callback_does_once_an_epoch_is_timed_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    of_epochs = "def on_epoch_end(self, epoch, logs=None):\n        self.losses.append(epoch)"
    theirs = callback(tmp_path, f"os.system('true')\n\n    {of_epochs}")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    # What a hook beside it may reach does not matter.
    (work,) = batch_work([theirs], model, tmp_path, tmp_path / "theirs.py")
    assert (work.every, work.hook.name) == (0, "Kept.on_epoch_end")
    work.begin()
    work.do(3)
    assert theirs.losses == [3]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    "saved", ["ModelCheckpoint('/nowhere/w.keras')", "BackupAndRestore('/nowhere')"]
)
def test_a_callback_of_keras_that_writes_for_each_epoch_is_timed_in_scratch(
    tmp_path: Path, saved: str
) -> None:
    import keras

    made = eval(f"keras.callbacks.{saved}", {"keras": keras})
    rarely = keras.callbacks.ModelCheckpoint("/nowhere/w.keras", save_best_only=True)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    assert not [*batch_hooks([made], tmp_path / "train.py")]
    (work,) = batch_work([made, rarely], model, tmp_path, tmp_path / "train.py")
    assert work.every == 0
    work.begin()
    work.do(0)
    assert [*tmp_path.iterdir()]


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
