"""Shapes that do not go together."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from core.faults import FailureContext
from core.lazy import keras, tf
from tests.contracts.faults.row import Fault, Made, drained, of_tensorflow, raised


def _fitted(inputs: Any, labels: Any, loss: Any = "mse", outputs: int = 1) -> Made:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(outputs)])
    model.compile("sgd", loss)
    data = inputs if labels is None else (inputs, labels)
    dataset = tf.data.Dataset.from_tensor_slices(data).batch(2)
    context = FailureContext(dataset=dataset, model=model)
    return raised(lambda: model.fit(dataset, verbose=0), context)


def _unbatched(folder: Path) -> Made:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    dataset = tf.data.Dataset.from_tensor_slices((tf.zeros([2, 4]), tf.zeros([2])))
    return raised(
        lambda: model.fit(dataset, verbose=0), FailureContext(dataset=dataset, model=model)
    )


def _lengths() -> Any:
    return tf.data.Dataset.range(1, 5).map(lambda size: tf.ones([size]))


def _unknown() -> Any:
    """Examples of which TensorFlow does not know even the number of dimensions."""
    tensor = tf.io.serialize_tensor(tf.ones([1, 2]))
    return tf.data.Dataset.range(4).map(lambda _: tf.io.parse_tensor(tensor, tf.float32))


SPARSE = "sparse_categorical_crossentropy"


def _uneven(folder: Path) -> Made:
    text = (
        "Inputs to operation AddN of type AddN must have the same size and shape. "
        "Input 0: [6,16,16,3] != input 2: [4,16,16,3] [Op:AddN]"
    )
    error, context = of_tensorflow("InvalidArgumentError", text)
    context.model = SimpleNamespace(distribute_strategy=SimpleNamespace(num_replicas_in_sync=3))
    return error, context


FAULTS: tuple[Fault, ...] = (
    Fault(
        "batch that replicas cannot share evenly",
        _uneven,
        ("3 replicas", "6 and 4 examples", "a multiple of 3"),
        recorded=True,
    ),
    Fault(
        "batch of unequal examples",
        lambda folder: drained(_lengths().batch(2)),
        ("[1]", "[2]", "padded_batch"),
    ),
    Fault(
        "padded to less than an example",
        lambda folder: drained(_lengths().padded_batch(2, padded_shapes=(2,))),
        ("padded_shapes", "padded_batch None"),
    ),
    Fault(
        "padded as if it had other dimensions",
        lambda folder: drained(_unknown().padded_batch(2, padded_shapes=(None,))),
        ("2 dimensions", "padded_shapes has 1"),
    ),
    Fault(
        "sparse rows that are too short",
        lambda folder: drained(_lengths().sparse_batch(2, [2])),
        ("[3]", "row_shape [2]", "sparse_batch"),
    ),
    Fault(
        "inputs that do not fit the model",
        lambda folder: _fitted(tf.zeros([4, 5]), tf.zeros([4])),
        ("(None, 4)", "(None, 5)"),
    ),
    Fault("examples without batch", _unbatched, ("(None, 4)", "(4,)", "batch")),
    Fault(
        "labels that do not fit the loss",
        lambda folder: _fitted(tf.zeros([4, 4]), tf.zeros([4]), "categorical_crossentropy", 3),
        ("categorical_crossentropy", "(None,)", "(None, 3)"),
    ),
    Fault(
        "labels beyond the outputs",
        lambda folder: _fitted(tf.zeros([4, 4]), tf.fill([4], 7), SPARSE, 3),
        ("label is 7", "3 outputs", "0 to 2"),
    ),
    Fault(
        "no labels",
        lambda folder: _fitted(tf.zeros([4, 4]), None),
        ("without labels", "(None, 4)"),
    ),
    Fault(
        "text for a model of numbers",
        lambda folder: _fitted(tf.fill([4, 4], "a"), tf.zeros([4])),
        ("text", "TextVectorization"),
    ),
)
