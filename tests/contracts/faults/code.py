"""Python functions, people's own code, and pipelines that give nothing."""

from __future__ import annotations

import importlib
import os
import signal
from pathlib import Path
from typing import Any

from core.faults import FailureContext, no_batches, no_tensors
from core.lazy import tf
from core.pipeline.workers.in_processes import in_workers
from core.pipeline.workers.py_dataset_workers import died
from core.process_pool.pools import Pools
from core.user_code.errors import UserCodeError, error_while_running, user_code_error
from tests.contracts.faults.row import Fault, Made, drained, of_tensorflow, raised


def _generated(*elements: Any, shape: tuple[int, ...] = ()) -> Made:
    spec = tf.TensorSpec(shape, tf.int32)
    return drained(tf.data.Dataset.from_generator(lambda: iter(elements), output_signature=spec))


OWN = """
def work(x):
    raise ValueError("a bad element")
"""


def _own(folder: Path) -> tuple[Path, Any]:
    file = folder / "train.py"
    file.write_text(OWN)
    names: dict[str, Any] = {}
    exec(compile(OWN, str(file), "exec"), names)
    return file, names["work"]


def _own_code(folder: Path) -> Made:
    file, work = _own(folder)
    error, context = raised(lambda: work(0))
    return user_code_error(error, file), context


def _own_function_in_a_map(folder: Path) -> Made:
    file, work = _own(folder)
    ones = tf.data.Dataset.range(1).map(lambda x: tf.numpy_function(work, [x], tf.int64))
    error, context = drained(ones)
    told = error_while_running(error, file)
    assert isinstance(told, UserCodeError)
    return told, context


def _missing_package(folder: Path) -> Made:
    def work(x: Any) -> Any:
        return importlib.import_module("no_such_package")

    ones = tf.data.Dataset.range(1).map(lambda x: tf.numpy_function(work, [x], tf.int64))
    return drained(ones)


def _python_function(folder: Path) -> Made:
    def work(x: Any) -> Any:
        raise KeyError("price")

    ones = tf.data.Dataset.range(1).map(lambda x: tf.numpy_function(work, [x], tf.int64))
    return drained(ones)


def _worker_that_dies(folder: Path) -> Made:
    with Pools():
        ones = tf.data.Dataset.range(1).map(lambda x: tf.numpy_function(_dies, [x], tf.int64))
        return drained(in_workers(ones, 1))


def _py_dataset_whose_worker_dies(folder: Path) -> Made:
    def get(x: Any) -> Any:
        raise died("Pictures", -9, "fork")

    ones = tf.data.Dataset.range(1).map(lambda x: tf.numpy_function(get, [x], tf.int64))
    return drained(ones)


def _dies(x: Any) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _nothing(folder: Path) -> Made:
    (folder / "a.tfrecord").touch()
    context = FailureContext(dataset=tf.data.TFRecordDataset(str(folder / "a.tfrecord")))
    return no_batches(context), context


def _windows(folder: Path) -> Made:
    found = no_tensors(tf.data.Dataset.range(4).window(2))
    assert found is not None
    return found, FailureContext()


ELSEWHERE = (
    "Failed to get element from worker localhost:35279: Failed to get an element, with a "
    "nonretryable error: Failed to get element: Error in user-defined function passed to "
    "MapDataset:19 transformation with iterator: Iterator::Root::ParallelMapV2::Map: ValueError: "
    "Could not find callback with key=pyfunc_0 in the registry.\nTraceback (most recent call "
    'last):\n\n  File "/lib/tensorflow/python/ops/script_ops.py", line 257, in __call__\n    raise '
    'ValueError(f"Could not find callback with key={token} in the "\n\nValueError: Could not find '
    "callback with key=pyfunc_0 in the registry.\n\n\n\t [[{{node EagerPyFunc}}]] "
    "[Op:IteratorGetNext] name: "
)


OTHER_VERSION = (
    "{{function_node __wrapped__MakeIterator_device_/job:localhost/replica:0/task:0/device:CPU:0}} "
    "Failed to get or create iteration for job with id 5002: Op type not registered 'DecodeWebP' "
    "in binary running on host-7.local. Make sure the Op and Kernel are registered in the "
    "binary running in this process. Note that if you are loading a saved graph which used ops "
    "from tf.contrib (e.g. `tf.contrib.resampler`), accessing should be done before importing the "
    "graph, as contrib ops are lazily registered when the module is first accessed.\n"
    "\t [[{{node MapDataset/_4}}]] [Op:MakeIterator] name: "
)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "operation that a service does not have",
        lambda folder: of_tensorflow("NotFoundError", OTHER_VERSION),
        ("DecodeWebP", "host-7.local ", "another version"),
        True,
    ),
    Fault(
        "Python function in another process",
        lambda folder: of_tensorflow("InvalidArgumentError", ELSEWHERE),
        ("pyfunc_0", "process"),
        True,
    ),
    Fault("generator, shape", lambda _: _generated([1], shape=(2,)), ("(1,)", "(2,)", "generator")),
    Fault("generator, type", lambda folder: _generated(1, "a"), ("int32", "a", "generator")),
    Fault("Python function of this application", _python_function, ("KeyError: 'price'",)),
    Fault("package that is missing", _missing_package, ("no module no_such_package", "--python")),
    Fault("worker process that dies", _worker_that_dies, ("SIGTERM", "os._exit", "processes=off")),
    Fault(
        "worker process of a PyDataset that dies",
        _py_dataset_whose_worker_dies,
        ("A worker process of Pictures died (killed by signal 9)", "use_multiprocessing=False"),
    ),
    Fault("own code", _own_code, ("train.py, line 3", "ValueError: a bad element")),
    Fault(
        "own function in a map",
        _own_function_in_a_map,
        ("train.py, line 3", "ValueError: a bad element"),
    ),
    Fault(
        "element that an operation refuses",
        lambda folder: drained(tf.data.Dataset.range(4).map(lambda x: tf.gather([1, 2], x))),
        ("indices = 2 is not in [0, 2)",),
    ),
    Fault("pipeline that delivers nothing", _nothing, ("0 batches", "a.tfrecord")),
    Fault("datasets as elements", _windows, ("dataset within a dataset",)),
    Fault(
        "something unheard of",
        lambda folder: (RuntimeError("of\nmine"), FailureContext()),
        ("of mine",),
    ),
)
