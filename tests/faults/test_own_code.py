"""People's own code that raises, and shapes that do not go together."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.analysis.doubts.catalogue import doubts
from core.metrics.catalogue import metric
from core.model.run import RunState
from tests.faults.conftest import TrainCode, failure_of

pytestmark = pytest.mark.e2e

MODEL = """
def make_model():
    layers = [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(3)]
    model = keras.Sequential(layers)
    model.compile("sgd", {loss})
    return model
"""
SPARSE = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
ZEROS = """
def make_dataset():
    data = np.zeros({inputs}, np.float32), np.full({labels}, {label}, np.int32)
    return tf.data.Dataset.from_tensor_slices(data).batch(2)
"""


def shaped(
    inputs: object = (4, 28, 28, 1), labels: object = (4,), label: int = 0, loss: str = SPARSE
) -> str:
    return ZEROS.format(inputs=inputs, labels=labels, label=label) + MODEL.format(loss=loss)


def test_inputs_that_do_not_fit_the_model_are_told_by_both_shapes(train_code: TrainCode) -> None:
    run = train_code(shaped(inputs=(4, 32, 32, 3)))
    failure = failure_of(run)
    assert "it takes (None, 28, 28, 1), and the dataset gives (None, 32, 32, 3)" in failure.what
    assert "Resize" in failure.remedy
    assert run.samples.steps == 0


def test_a_shape_that_a_python_function_lost_is_asked_for(train_code: TrainCode) -> None:
    text = "def draw(i):\n    return np.zeros((28, 28, 1), np.float32)\n"
    text += "def make_dataset():\n    ds = tf.data.Dataset.range(4)\n"
    text += "    return ds.map(lambda i: (tf.numpy_function(draw, [i], tf.float32), 0)).batch(2)\n"
    failure = failure_of(train_code(text + MODEL.format(loss=SPARSE)))
    assert "an unknown shape" in failure.what
    assert "tf.ensure_shape" in failure.remedy


def test_labels_that_do_not_fit_the_loss_are_told_with_its_name(train_code: TrainCode) -> None:
    failure = failure_of(train_code(shaped(loss='"categorical_crossentropy"')))
    assert "categorical_crossentropy" in failure.what
    assert "(None, 3)" in failure.what


def test_a_label_beyond_the_outputs_is_told_with_its_value(train_code: TrainCode) -> None:
    failure = failure_of(train_code(shaped(label=7)))
    assert "A label is 7, and the model has 3 outputs" in failure.what
    assert "from 0 to 2" in failure.expected


@pytest.mark.parametrize("size", ["[i]", "[i, 2]"])
def test_examples_of_unequal_shapes_are_told_with_the_line_of_batch(
    train_code: TrainCode, size: str
) -> None:
    text = f"def make_dataset():\n    ones = lambda i: tf.ones({size})\n"
    text += "    return tf.data.Dataset.range(1, 9).map(ones).batch(2)"
    failure = failure_of(train_code(text))
    assert "Examples of unequal shapes" in failure.what
    assert "batch (train.py, line 4)" in failure.what
    assert "padded_batch" in failure.remedy


@pytest.mark.parametrize(
    ("batch", "said", "remedy"),
    [
        ("ragged_batch(2)", "ragged_batch (train.py, line 5)", "before ragged_batch which dimens"),
        ("batch(2).prefetch(1)", "batch (train.py, line 5)", "in a map before batch; or say"),
    ],
)
def test_where_a_shape_is_unknown_the_remedy_gives_it_to_the_method_that_failed(
    train_code: TrainCode, batch: str, said: str, remedy: str
) -> None:
    text = "def make_dataset():\n    def parse(i):\n"
    text += (
        "        return tf.io.parse_tensor(tf.io.serialize_tensor(tf.ones([i, 3])), tf.float32)\n"
    )
    text += f"    return tf.data.Dataset.range(1, 9).map(parse).{batch}"
    failure = failure_of(train_code(text))
    assert said in failure.what
    assert remedy in failure.remedy
    assert "tf.ensure_shape(x, (None, 3))" in failure.remedy


LOST = """
def make_dataset():
    def numbers(i):
        return tf.where(i < {until}, [1.0], [float("nan")]), [0.0]
    return tf.data.Dataset.range(40).map(numbers).batch(4)

def make_model():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model
"""


@pytest.mark.parametrize("until", [0, 20])
def test_a_loss_that_becomes_nan_ends_no_run_and_is_told_of(
    train_code: TrainCode, until: int
) -> None:
    run = train_code(LOST.format(until=until), "fit.epochs=2")
    assert run.state is RunState.DONE
    assert run.samples.steps == 20
    (doubt,) = (one for one in doubts(run) if one.key == "loss_not_finite")
    assert doubt.text.startswith("The loss is NaN from step ")
    assert "the speed figures hold, the training does not" in doubt.text
    assert metric("final_loss").of(run).text() == "NaN"


PICK = """
def make_dataset():
    def pick(i):
        return tf.gather([1.0, 2.0], i)
    return tf.data.Dataset.range(4).map(lambda x: x).map(pick).batch(1)
"""


def test_an_operation_of_a_map_that_refuses_an_element_is_told_by_its_stage(
    train_code: TrainCode,
) -> None:
    failure = failure_of(train_code(PICK))
    assert failure.what.startswith("map pick (train.py, line 5) failed on an element: indices = 2")


GENERATOR = """
def make_dataset():
    def rows():
        yield {first}
        {then}
    spec = tf.TensorSpec({shape}, tf.int32)
    return tf.data.Dataset.from_generator(rows, output_signature=spec).batch(1)
"""


def test_what_a_generator_raises_is_told_by_its_line_without_frames_of_others(
    train_code: TrainCode, tmp_path: Path
) -> None:
    text = GENERATOR.format(first=1, then='raise KeyError("price")', shape=[])
    failure = failure_of(train_code(text))
    assert failure.what == f"{tmp_path / 'train.py'}, line 5: KeyError: 'price'"
    assert 'raise KeyError("price")' in failure.details
    assert "site-packages" not in failure.details
    assert "core/" not in failure.details


@pytest.mark.parametrize(
    ("first", "then", "shape", "said"),
    [
        ([1, 2], "yield [1]", [2], "of shape (1,)"),
        (1, 'yield "a"', [], "that is no int32: a"),
    ],
)
def test_an_element_that_a_generator_promised_otherwise_is_told_with_the_generator(
    train_code: TrainCode, first: object, then: str, shape: object, said: str
) -> None:
    failure = failure_of(train_code(GENERATOR.format(first=first, then=then, shape=shape)))
    assert "The generator rows (train.py, line 3)" in failure.what
    assert said in failure.what
    assert "output_signature" in failure.expected


LAYER = """
class Broken(keras.layers.Layer):
    def build(self, shape):
        self.built = True
    def call(self, x):
        raise RuntimeError("not written yet")
    def compute_output_shape(self, shape):
        return shape
def make_dataset():
    return tf.data.Dataset.from_tensor_slices((np.zeros((4, 2)), np.zeros(4))).batch(2)
def make_model():
    model = keras.Sequential([Broken()])
    model.compile("sgd", "mse")
    return model
"""


def test_what_a_layer_raises_is_told_by_its_line(train_code: TrainCode) -> None:
    failure = failure_of(train_code(LAYER))
    assert "train.py, line 6: RuntimeError: not written yet" in failure.what
    assert "\x1b" not in failure.what


def test_an_array_that_memory_cannot_hold_ends_the_run_and_nothing_else(
    train_code: TrainCode,
) -> None:
    text = "def make(i):\n    return np.zeros((10**7, 10**7))\ndef make_dataset():\n"
    text += "    ds = tf.data.Dataset.range(4)\n"
    text += "    return ds.map(lambda i: tf.numpy_function(make, [i], tf.float64)).batch(1)"
    failure = failure_of(train_code(text))
    assert "Out of memory, in train.py, line 3" in failure.what
    assert "800 TB" in failure.what
    assert "shuffle" in failure.remedy
    run = train_code(LOST.format(until=99))
    assert run.state is RunState.DONE
    # Nor is a loss doubted that stays a number.
    assert "loss_not_finite" not in {doubt.key for doubt in doubts(run)}
