"""``keras.utils.PyDataset``: batches made in Python, and what ``model.fit`` makes of it."""

from __future__ import annotations

import copy
import importlib
import multiprocessing
from typing import Any

from core.lazy import keras
from core.model.kinds import Toggle, Whole
from core.model.knob import Knob
from core.model.settings import Settings

KIND = "pydataset"
WORKERS, USE_MULTIPROCESSING, MAX_QUEUE_SIZE = "workers", "use_multiprocessing", "max_queue_size"
START_METHOD = "start_method"
"""How Python starts processes: no argument of a ``PyDataset``, but it decides what they are."""
URL = "https://keras.io/api/utils/python_utils/#pydataset-class"

PY_DATASET_KNOBS = (
    Knob(
        name=WORKERS,
        label="workers",
        help=(
            "How many threads, or with multiprocessing processes, make batches. With 1 thread "
            "Keras makes them one after the other as TensorFlow asks for them."
        ),
        cannot_help=(
            "Threads cannot help Python code, which runs on one of them at a time (the GIL); they "
            "help where it waits, or works in NumPy for long. More processes than cores do not."
        ),
        kind=Whole(1, 256, tries=(1, 2, 4, 8)),
        default=1,
        unit="workers",
    ),
    Knob(
        name=USE_MULTIPROCESSING,
        label="multiprocessing",
        help=(
            "Whether workers are processes. Keras starts them anew in each epoch; on Linux each is "
            "a copy (fork) of the process that trains."
        ),
        cannot_help=(
            "Each batch is pickled and goes through a pipe: cheap batches come slower. What "
            "__getitem__ changes of the dataset stays in the worker."
        ),
        kind=Toggle(),
        default=False,
    ),
    Knob(
        name=MAX_QUEUE_SIZE,
        label="queue size",
        help="How many batches are asked for in advance where there are several workers.",
        cannot_help="Evens out batches that take unlike long; it makes none faster.",
        kind=Whole(1, 10_000, tries=(2, 10, 32)),
        default=10,
        unit="batches",
    ),
)


def has_enqueuer(settings: Settings) -> bool:
    """Whether Keras makes the batches in advance: TensorFlow then keeps no performance model."""
    return any(
        settings[stage.id(USE_MULTIPROCESSING)] or settings[stage.id(WORKERS)] != 1
        for stage in settings.chain.stages
        if stage.kind == KIND
    )


def start_method() -> str:
    """How this process starts others; nothing is settled by asking."""
    chosen = multiprocessing.get_start_method(allow_none=True)
    return chosen or multiprocessing.get_all_start_methods()[0]


def is_py_dataset(made: Any) -> bool:
    """Whether something is a ``keras.utils.PyDataset``."""
    return isinstance(made, keras.utils.PyDataset)


def as_dataset(py_dataset: Any) -> Any:
    """The ``tf.data.Dataset`` of batches that ``model.fit`` makes of a ``PyDataset``.

    It remembers what it was made of (see ``for_fit``). Keras makes two batches for their types.
    Where Keras's workers make the batches they go on when an epoch is broken off, and the next
    would wait for batches that never come: ``stop_workers`` comes in between.
    """
    module = importlib.import_module("keras.src.trainers.data_adapters.py_dataset_adapter")
    adapter = module.PyDatasetAdapter(py_dataset)
    dataset = adapter.get_tf_dataset()
    dataset._py_dataset, dataset._enqueuer = py_dataset, adapter.enqueuer
    return dataset


def stop_workers(dataset: Any) -> None:
    """Stop Keras's workers that make a dataset's batches, where there are any."""
    while dataset is not None:
        enqueuer = getattr(dataset, "_enqueuer", None)
        if enqueuer is not None:
            enqueuer.stop()
        dataset = getattr(dataset, "_input_dataset", None)


def for_fit(dataset: Any) -> Any:
    """What ``model.fit`` is given: the dataset, or the ``PyDataset`` that it was made of."""
    return getattr(dataset, "_py_dataset", dataset)


def one_by_one(dataset: Any) -> Any:
    """The same batches made without any worker, where they are those of a ``PyDataset``."""
    py_dataset = getattr(dataset, "_py_dataset", None)
    if py_dataset is None:
        return dataset
    alone = copy.copy(py_dataset)
    alone.workers, alone.use_multiprocessing = 1, False
    return as_dataset(alone)
