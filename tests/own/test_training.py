"""Real runs of people's own code: by ``fit``, as those of the built-in workloads."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable

import numpy as np
import pytest

from core.analysis.doubts.catalogue import doubts
from core.lazy import keras, tf
from core.metrics.catalogue import metric
from core.model.plan import Part
from core.model.run import RunState
from core.user_code.function_workload import UserFunctionWorkload, open_function
from core.user_code.load_file import load
from core.user_code.process_state import global_seed
from tests.own.conftest import STAND_IN, Train, Write, opened

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("name", "examples", "stand_in"),
    [
        ("numpy_arrays", [16, 16, 16] * 2, False),
        ("keras_layers", [8] * 12, False),
        ("dict_features", [4, 4, 4, 4, 4, 4, 4, 2] * 2, True),
        ("ragged", [3, 3, 1] * 2, True),
        ("ragged_slices", [2, 2, 2] * 2, True),
        ("sparse", [8] * 10, True),
        ("unlabelled", [8] * 12, True),
        ("generator", [8] * 10, True),
        ("distributed", [8] * 12, True),
        ("padded", [4] * 12 + [2] + [4] * 12 + [2], True),
        ("text_interleave", [6] * 12, True),
    ],
)
def test_a_pipeline_trains_and_its_examples_are_counted(
    train: Train, name: str, examples: list[int], stand_in: bool
) -> None:
    run = train(opened(name))
    assert run.state is RunState.DONE, run.failure
    assert run.samples.examples.tolist() == examples
    assert len(run.epoch_losses) == 2
    assert all(run.epoch_losses)
    assert run.prepared is not None
    assert (STAND_IN in run.prepared.emulations) is stand_in
    assert (run.prepared.parameters > 1) is not stand_in
    # What the function delivers may be another each time: no fingerprint claims otherwise.
    assert run.fingerprint is None


@pytest.mark.parametrize(
    ("rest", "examples"),
    [
        ("", [1] * 12),
        (".batch(3).batch(2)", [6, 6]),
        (".map(lambda x: tf.range(x[0, 0])).ragged_batch(3).batch(2)", [6, 6]),
        (".window(4).flat_map(lambda w: w.batch(4))", [4, 4, 4]),
    ],
)
def test_examples_are_counted_as_the_chain_batches_them(
    train: Train, write: Write, rest: str, examples: list[int]
) -> None:
    source = "tf.data.Dataset.range(12).map(lambda x: tf.fill([5, 7], x))"
    run = train(open_function(write(f"def make_dataset(): return {source}{rest}")), fit__epochs=1)
    assert run.state is RunState.DONE, run.failure
    assert run.samples.examples.tolist() == examples
    assert run.prepared is not None
    assert run.prepared.example


def test_every_number_says_that_a_stand_in_took_part(train: Train) -> None:
    run = train(opened("sparse"), fit__device="emulated:100")
    throughput = metric("throughput_examples_per_s").of(run)
    assert throughput.value is not None
    assert throughput.emulated == ("emulated accelerator 100 ms", STAND_IN)


def test_settings_are_put_in_where_the_run_trains(train: Train) -> None:
    code = opened("numpy_arrays")
    run = train(code, batch__batch_size=24, prefetch__buffer_size="off")
    assert run.state is RunState.DONE, run.failure
    assert run.samples.examples.tolist() == [24] * 4


SIZES = """
import keras
def make_dataset():
    return tf.data.Dataset.range(37).map(lambda x: (tf.cast([x], tf.float32), [0.0])){}

def make_model():
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model
"""


@pytest.mark.parametrize(
    ("rest", "steps", "epochs", "execution"),
    [
        (".batch(4)", 8, 4, 1),
        (".batch(4, drop_remainder=True)", 3, 4, 1),
        (".batch(4)", 5, 3, 1),
        (".batch(4)", 60, 2, 1),
        (".batch(4)", 4, 4, 3),
        (".batch(4)", "all", 2, 4),
        (".repeat(2).batch(4)", 7, 4, 1),
        (".repeat().batch(4)", 7, 3, 2),
        (".filter(lambda x, y: x[0] >= 0).batch(4)", 5, 5, 1),
        (".filter(lambda x, y: x[0] >= 0).batch(4)", 8, 3, 3),
        (".filter(lambda x, y: x[0] >= 0).batch(4)", "all", 2, 1),
    ],
)
def test_epochs_are_as_long_as_in_a_bare_fit(
    train: Train, write: Write, rest: str, steps: int | str, epochs: int, execution: int
) -> None:
    code = open_function(write(SIZES.format(rest)))
    run = train(
        code,
        fit__steps_per_epoch=steps,
        fit__epochs=epochs,
        fit__steps_per_execution=execution,
    )
    assert run.state is RunState.DONE, run.failure
    starts = [*run.samples.epoch_starts, run.samples.steps]
    made = [run.samples.examples[a:b].tolist() for a, b in itertools.pairwise(starts)]
    assert made == bare_fit(code, steps, epochs, execution)
    said = [doubt.text for doubt in doubts(run) if doubt.key == "data_ran_out"]
    asked = -(-steps // execution) * execution if isinstance(steps, int) else 0
    short = sum(len(batches) < asked for batches in made)
    assert bool(said) is bool(short)
    if short:
        assert f"{short} of {epochs} epochs" in said[0]
        assert " + ".join(str(len(batches)) for batches in made) in said[0]
        empty = [loss is None for loss in run.epoch_losses]
        assert empty == [not batches for batches in made]


def bare_fit(
    code: UserFunctionWorkload, steps: int | str, epochs: int, execution: int
) -> list[list[int]]:
    """The sizes of the batches that Keras trains on in each epoch."""
    taken: list[list[int]] = []
    module = load(code.function.file)
    model, sizes = noting_model(module.make_model, execution)

    class Epochs(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            taken.append(sizes[:])
            sizes.clear()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        model.fit(
            module.make_dataset(),
            epochs=epochs,
            steps_per_epoch=None if steps == "all" else steps,
            verbose=0,
            callbacks=[Epochs()],
        )
    return taken


MODELS: dict[int, tuple[keras.Model, list[int]]] = {}


def noting_model(make: Callable[[], keras.Model], execution: int) -> tuple[keras.Model, list[int]]:
    """A model that notes the sizes of its batches; one for each ``execution``, traced once."""
    if execution in MODELS:
        return MODELS[execution]
    sizes: list[int] = []
    model = make()
    model.steps_per_execution = execution
    step = model.train_step

    def note(x: np.ndarray) -> np.ndarray:
        sizes.append(len(x))
        return x

    def noted(batch: tuple[tf.Tensor, tf.Tensor]) -> object:
        x = tf.ensure_shape(tf.numpy_function(note, [batch[0]], tf.float32), (None, 1))
        return step((x, batch[1]))

    model.train_step = noted
    return MODELS.setdefault(execution, (model, sizes))


def test_data_without_an_end_train_for_so_many_steps(train: Train) -> None:
    run = train(opened("weighted"), fit__steps_per_epoch=4, fit__epochs=2)
    assert run.state is RunState.DONE, run.failure
    assert run.samples.steps == 8


def test_with_a_cache_and_a_number_of_steps_the_warm_up_is_one_pass(train: Train) -> None:
    run = train(
        opened("sparse"),
        **{"cache[added].enabled": True, "fit.steps_per_epoch": 7, "fit.epochs": 2},
    )
    assert run.state is RunState.DONE, run.failure
    assert run.prepared is not None
    assert run.prepared.warm_up_epochs == 0
    assert run.prepared.warm_up_pass_steps == 5


NESTED = "def make_dataset(): return tf.data.Dataset.range(60).window(3)"


def test_what_cannot_be_trained_on_says_so_and_can_be_drained(train: Train, write: Write) -> None:
    code = open_function(write(NESTED))
    run = train(code)
    assert run.failure is not None
    assert "a dataset within a dataset" in run.failure.what
    assert "pipeline alone" in run.failure.remedy
    drained = train(code, Part.PIPELINE)
    assert drained.samples.steps > 5
    assert drained.failure is None


def test_elements_without_a_dimension_count_as_one_example(train: Train, write: Write) -> None:
    run = train(open_function(write("def make_dataset(): return tf.data.Dataset.range(9)")))
    assert run.state is RunState.DONE, run.failure
    assert run.samples.examples.tolist() == [1] * 18


RANDOM = """
seen = []

def note(x):
    seen.append(float(x))
    return x

def make_dataset():
    def draw(_):
        x = tf.random.uniform([])
        return tf.ensure_shape(tf.py_function(note, [x], tf.float32), [])
    return tf.data.Dataset.range(6).map(draw).batch(3)
"""


def test_a_random_map_goes_on_in_the_next_epoch_as_in_the_untouched_function(
    train: Train, write: Write
) -> None:
    of = write(RANDOM)
    tf.random.set_seed(None)
    dataset = load(of.file).make_dataset()
    load(of.file).seen.clear()
    for _ in range(2):
        list(dataset)
    untouched = list(load(of.file).seen)
    assert untouched[:6] != untouched[6:]
    code = open_function(of)
    load(of.file).seen.clear()
    assert train(code).state is RunState.DONE
    seen = load(of.file).seen
    assert len(seen) == 12
    assert not set(seen[:6]) & set(seen[6:])


def test_a_seed_that_the_file_sets_is_the_seed_of_its_pipeline(train: Train, write: Write) -> None:
    of = write("tf.random.set_seed(5)\n" + RANDOM)
    code = open_function(of)
    seen = []
    for _ in range(2):
        load(of.file).seen.clear()
        train(code)
        seen.append(list(load(of.file).seen))
    assert seen[0] == seen[1]


def test_the_seed_of_the_run_is_that_of_the_weights_each_time(train: Train) -> None:
    code = opened("keras_layers")
    losses = [train(code, fit__seed=seed).epoch_losses for seed in (1, 1, 2)]
    assert losses[0] == losses[1] != losses[2]


def test_tensorflows_seed_is_as_before_a_run_read_it(write: Write) -> None:
    of = write(
        "def make_dataset():\n    tf.random.set_seed(3)\n"
        + f"    return {'tf.data.Dataset.range(4)'}"
    )
    tf.random.set_seed(8)
    open_function(of)
    assert global_seed() == 8


def test_an_error_in_a_python_function_of_the_pipeline_is_told_by_its_line(
    train: Train, write: Write
) -> None:
    text = """
def check(x):
    if x > 5:
        raise ValueError("a bad element")
    return x

def work(x):
    return check(x)

def make_dataset():
    return tf.data.Dataset.range(9).map(lambda x: tf.py_function(work, [x], tf.int64)).batch(3)
"""
    of = write(text)
    run = train(open_function(of))
    assert run.failure is not None
    assert run.failure.what == f"{of.file}, line 5: ValueError: a bad element"
    assert run.failure.details.splitlines()[0].startswith("Traceback")
    assert "return check(x)" in run.failure.details
    assert "core/" not in run.failure.details
    assert "site-packages" not in run.failure.details


def test_it_trains_as_it_was_written_where_that_is_wanted(train: Train) -> None:
    run = train(opened("dict_features"), options__rewrites="as_written", fit__epochs=1)
    assert run.state is RunState.DONE, run.failure
