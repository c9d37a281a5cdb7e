"""Models of people's own code, and the stand-in where there is none, in real runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.lazy import keras, tf
from core.model.plan import Part
from core.model.run import RunState
from core.user_code.function_workload import open_function
from tests.own.conftest import STAND_IN, Train, Write, opened

pytestmark = pytest.mark.e2e


def test_the_stand_in_takes_the_place_of_a_model_where_it_is_chosen(train: Train) -> None:
    code = opened("numpy_arrays")
    assert code.opened.has_model
    run = train(code, model__stand_in=True)
    assert run.emulations == (STAND_IN,)
    assert run.prepared is not None
    assert run.prepared.parameters <= 1


@pytest.mark.parametrize(("part", "said"), [(Part.PIPELINE, ()), (Part.MODEL, (STAND_IN,))])
def test_the_stand_in_takes_part_where_a_model_does(
    train: Train, part: Part, said: tuple[str, ...]
) -> None:
    run = train(opened("sparse"), part)
    assert run.prepared is not None
    assert run.prepared.emulations == said
    assert set(run.samples.examples.tolist()) == {8}


def test_a_model_alone_says_that_there_is_no_batch(train: Train, write: Write) -> None:
    code = open_function(write("def make_dataset(): return tf.data.Dataset.range(0).batch(2)"))
    run = train(code, Part.MODEL)
    assert run.failure is not None
    assert run.failure.what.startswith("The pipeline delivered 0 batches")


def test_a_model_of_a_strategy_trains_on_the_dataset_that_it_distributes(
    train: Train, write: Write
) -> None:
    text = """
strategy = tf.distribute.MirroredStrategy(["/cpu:0"])

def make_dataset():
    ds = tf.data.Dataset.from_tensor_slices((tf.ones([32, 4]), tf.ones([32, 1]))).batch(4)
    return strategy.experimental_distribute_dataset(ds)

def make_model():
    with strategy.scope():
        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        model.compile("sgd", "mse")
    return model
"""
    run = train(open_function(write(text)))
    assert run.state is RunState.DONE, run.failure
    assert run.samples.examples.tolist() == [4] * 16
    assert run.epoch_losses[1] < run.epoch_losses[0]


def test_a_model_that_runs_eagerly_is_not_measured_as_if_it_were_compiled(
    train: Train, write: Write
) -> None:
    text = """
def make_dataset():
    return tf.data.Dataset.from_tensor_slices((tf.ones([8, 4]), tf.ones([8, 1]))).batch(4)

def make_model():
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    return model
"""
    run = train(open_function(write(text)))
    assert run.failure is not None
    assert "run_eagerly" in run.failure.what


def test_an_error_of_their_model_is_theirs(train: Train, write: Write) -> None:
    text = "def make_dataset(): return tf.data.Dataset.range(9).batch(3)\ndef make_model(): 1 / 0"
    run = train(open_function(write(text)))
    assert run.failure is not None
    assert "pipeline.py, line 3: ZeroDivisionError" in run.failure.what


def test_a_model_that_wants_arguments_is_not_used(write: Write) -> None:
    text = "def make_dataset(): return tf.data.Dataset.range(9)\ndef make_model(size): return size"
    code = open_function(write(text))
    assert not code.opened.has_model
    assert "takes no arguments" in next(s.help for s in code.chain.stages if s.kind == "model")


LABELLED = """
import keras
def make_dataset():
    x = tf.zeros([8, 4])
    return tf.data.Dataset.from_tensor_slices((x, {labels})).batch(4)
def make_model():
    return keras.Sequential([keras.Input((4,)), {layers}])
"""


@pytest.mark.parametrize(
    ("labels", "layers", "loss", "logits"),
    [
        ("tf.zeros([8], tf.int32)", "keras.layers.Dense(3)", "SparseCategoricalCrossentropy", True),
        (
            "tf.zeros([8], tf.int32)",
            "keras.layers.Dense(3, activation='softmax')",
            "SparseCategoricalCrossentropy",
            False,
        ),
        (
            "tf.zeros([8, 3])",
            "keras.layers.Dense(3), keras.layers.Softmax()",
            "CategoricalCrossentropy",
            False,
        ),
        (
            "tf.zeros([8], tf.int32)",
            "keras.layers.Dense(1, activation='sigmoid')",
            "BinaryCrossentropy",
            False,
        ),
        ("tf.zeros([8, 3])", "keras.layers.Dense(3)", "mse", None),
        ("tf.zeros([8])", "keras.layers.Dense(1)", "mse", None),
    ],
)
def test_a_model_that_is_not_compiled_gets_the_loss_that_fits_its_labels(
    write: Write, labels: str, layers: str, loss: str, logits: bool | None
) -> None:
    code = open_function(write(LABELLED.format(labels=labels, layers=layers)))
    settings = code.chain.defaults()
    model = code.model(settings, code.source_data(Path(), settings, Path())).bound()()
    found = model.loss
    assert (found if isinstance(found, str) else type(found).__name__) == loss
    if logits is not None:
        assert found.get_config()["from_logits"] is logits
    assert isinstance(model, keras.Model)
    assert tf.nest.flatten(model.output_shape)[0] is None


def test_an_error_of_their_train_step_is_told_by_its_line(train: Train, write: Write) -> None:
    text = """
import keras
class Model(keras.Model):
    def train_step(self, data):
        raise KeyError("loss")
def make_dataset():
    return tf.data.Dataset.range(9).batch(3)
def make_model():
    model = Model()
    model.compile("sgd")
    return model
"""
    of = write(text)
    run = train(open_function(of))
    assert run.failure is not None
    assert run.failure.what == f"{of.file}, line 6: KeyError: 'loss'"
    assert "core/measure" not in run.failure.details


def test_without_a_model_the_emulated_accelerator_takes_the_batches() -> None:
    code = opened("unlabelled")
    assert not code.opened.has_model
    settings = code.chain.defaults()
    assert settings["fit.device"] == "emulated:20"
    assert "emulated accelerator 20 ms" in settings.emulations()
