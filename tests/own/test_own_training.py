"""Code that trains where it is only to be opened is ended there, and told what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.lazy import keras, tf
from core.model.errors import InputError
from core.user_code.discovery import offers
from core.user_code.function_workload import UserFunctionWorkload, open_function
from core.user_code.known_workloads import recorded_workload
from core.user_code.opening import open_script, open_user_code
from core.user_code.script_workload import UserScriptWorkload
from core.user_code.training import Training, TrainingReached, watched
from core.user_code.user_function import UserFunction, content_hash
from tests.own.conftest import Write, build, delivered

pytestmark = pytest.mark.e2e

DATA = """
import keras, pathlib
x = tf.ones([40, 4])
train_ds = tf.data.Dataset.from_tensor_slices((x, x[:, :1])).map(lambda a, b: (a, b)).batch(4)
def make():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model
model, optimizer = make(), keras.optimizers.SGD()
def step(a, b):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(a) - b) ** 2)
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
def make_dataset():
    return train_ds
def main():
    model.fit(train_ds)
"""
AFTER = '\npathlib.Path(__file__).with_name("after").touch()\n'
LOOP = "\nfor a, b in train_ds.repeat():\n    {}\n"
GRAPH = """
@tf.function
def epoch(data):
    for a, b in data:
        step(a, b)
epoch(train_ds)
"""
BY_HAND = """
weight = tf.Variable(tf.ones([4, 1]))
@tf.function
def update(a, b):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((a @ weight - b) ** 2)
    weight.assign_sub(0.1 * tape.gradient(loss, weight))
for a, b in train_ds.repeat():
    update(a, b)
"""
LOOPS = {
    "eagerly": LOOP.format("step(a, b)"),
    "traced": "\nstep = tf.function(step)\n" + LOOP.format("step(a, b)"),
    "on batches": LOOP.format("model.train_on_batch(a, b)"),
    "in a graph": GRAPH,
    "by hand": BY_HAND,
}
PEEKS = """
for a, b in train_ds.take(2):
    print(a.shape)
next(iter(train_ds))
list(train_ds.as_numpy_iterator())
keras.layers.Normalization().adapt(train_ds.map(lambda a, b: a))
model.evaluate(train_ds, verbose=0)
"""


def script(of: UserFunction, *arguments: str, fit: int = 1) -> UserScriptWorkload:
    found = open_script(of.file, arguments, fit)
    assert isinstance(found, UserScriptWorkload)
    return found


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_script_without_fit_ends_at_its_first_steps_and_its_dataset_is_named(
    write: Write, loop: str, tmp_path: Path
) -> None:
    of = write(DATA.replace("model.fit(train_ds)", "pass") + loop + AFTER, file="train.py")
    with pytest.raises(InputError, match=r"train\.py trains in a loop of its own.*: line \d+") as e:
        script(of)
    assert "train.py:train_ds" in e.value.remedy
    assert not (tmp_path / "after").exists()


def test_the_function_that_makes_the_data_of_a_loop_is_named(write: Write) -> None:
    text = "import keras\ndef get_dataset():\n    return tf.data.Dataset.range(9)\n" + (
        "optimizer = keras.optimizers.SGD()\nweight = tf.Variable(1.0)\n"
        "for n in get_dataset():\n    optimizer.apply([weight * 1.0], [weight])\n"
    )
    with pytest.raises(InputError, match="line 8 applies an optimizer") as caught:
        script(write(text))
    assert caught.value.remedy == "Open the dataset of the loop: pipeline.py:get_dataset."


@pytest.mark.parametrize("trains", [GRAPH, BY_HAND, "\nmodel.fit(train_ds, epochs=10**6)\n"])
def test_a_file_that_trains_while_it_is_imported_is_ended_there(
    write: Write, trains: str, tmp_path: Path
) -> None:
    of = write(DATA + trains + AFTER)
    with pytest.raises(InputError, match=r"pipeline\.py trains while it is imported: line") as e:
        open_function(of)
    assert ("run-script pipeline.py" in e.value.remedy) is ("fit" in trains)
    assert 'if __name__ == "__main__":' in e.value.remedy
    assert not (tmp_path / "after").exists()


def test_a_function_that_trains_is_no_function_that_makes_a_dataset(write: Write) -> None:
    of = write(DATA, "main")
    with pytest.raises(InputError, match=r"main in pipeline\.py trains: line 19 calls model\.fit"):
        open_function(of)


@pytest.mark.parametrize("behind", ["", PEEKS, LOOPS["eagerly"], "\nmodel.fit(train_ds)\n"])
def test_a_dataset_at_the_top_of_a_file_is_opened_and_what_trains_on_it_does_not_run(
    write: Write, behind: str, tmp_path: Path
) -> None:
    of = write(DATA + behind + AFTER, "train_ds")
    code = open_user_code(of.id)
    assert isinstance(code, UserFunctionWorkload)
    assert [call.method for call in code.opened.calls] == ["from_tensor_slices", "map", "batch"]
    assert recorded_workload(code.code) == code
    assert (tmp_path / "after").exists() is (behind in ("", PEEKS))
    settings = code.chain.defaults().with_values({"batch.batch_size": 8})
    folder = code.source_data(of.file.parent, settings, of.file.parent)
    with code.running():
        assert delivered(code.build(settings, folder)).count == 5
    assert delivered(build(code)).count == 10


def test_what_is_no_dataset_or_has_no_value_yet_is_told(write: Write) -> None:
    of = write(DATA + "\nmodel.fit(train_ds)\nlater = train_ds.prefetch(1)\n", "later")
    with pytest.raises(InputError, match="gives later no value before it trains"):
        open_function(of)
    with pytest.raises(InputError, match=r"model in pipeline\.py is Sequential"):
        open_function(UserFunction(of.file, "model"))


def test_a_script_that_only_looks_at_its_data_goes_on_to_its_fit(write: Write) -> None:
    by_hand = "\nfor a, b in train_ds.take(3):\n    step(a, b)\n"
    code = script(write(DATA + PEEKS + by_hand + "model.fit(train_ds)\n"))
    assert [call.method for call in code.opened.calls] == ["from_tensor_slices", "map", "batch"]
    assert code.trained.place == "line 30"


FITS = """
first = make().fit(x, x[:, :1], epochs=500, validation_data=(x, x[:, :1]), verbose=0,
    callbacks=[keras.callbacks.LambdaCallback(on_train_begin=lambda logs: 1 / 0)])
print(first.history["loss"], first.history["val_loss"])
history = model.fit(train_ds, epochs=7)
model.save(pathlib.Path(__file__).with_name("model.keras"))
model.load_weights("what_a_callback_saves.weights.h5")
model.fit(x=train_ds.prefetch(3), epochs=9, initial_epoch=len(history.epoch))
"""


def test_the_first_fit_is_taken_or_the_one_that_is_named(write: Write, tmp_path: Path) -> None:
    of = write(DATA + FITS)
    first, second, third = script(of), script(of, fit=2), script(of, fit=3)
    # The third goes on where the second ended.
    epochs = [each.trained.epochs for each in (first, second, third)]
    assert epochs == [500, 7, 2]
    assert third.trained.left_out == ()
    assert second.trained.before == ("EagerTensor (line 21)",)
    assert [call.method for call in third.opened.calls][-2:] == ["batch", "prefetch"]
    assert "Before line 27 it trains on EagerTensor (line 21) and _BatchDataset (line 24)" in (
        third.description
    )
    assert "--fit N takes another (fit is called in lines 19, 21, 24, 27)" in second.description
    assert not (tmp_path / "model.keras").exists()
    assert first.id != second.id
    assert recorded_workload(third.code) == third
    with pytest.raises(InputError, match=r"calls model\.fit 3 times, not 4") as caught:
        script(of, fit=4)
    assert "2 (line 24), 3 (line 27)" in caught.value.expected


def test_code_that_catches_everything_does_not_go_on_behind_fit(write: Write) -> None:
    text = "\ntry:\n    model.fit(train_ds)\nexcept:\n    pass\nraise SystemExit('went on')\n"
    assert script(write(DATA + text)).trained.place == "line 22"


def test_what_replaced_fit_is_taken_back_with_it(write: Write) -> None:
    before = keras.Model.fit
    wrapped = (
        "\nplain = keras.Model.fit\ndef told(self, *given, **named):\n"
        "    return plain(self, *given, **named)\nkeras.Model.fit = told\nmodel.fit(train_ds)\n"
    )
    assert script(write(DATA + wrapped)).trained.place == "line 23"
    assert keras.Model.fit is before


def test_going_through_a_dataset_has_its_time_while_a_file_is_imported(tmp_path: Path) -> None:
    now = iter(range(100))
    code = _looks.__code__
    training = Training(tmp_path, code, looks_s=20.0, clock=lambda: float(next(now)))
    taken: list[int] = []
    with pytest.raises(TrainingReached, match="goes through a dataset for 20 s"), watched(training):
        _looks(taken)
    assert len(taken) == 20


def _looks(taken: list[int]) -> None:
    taken.extend(int(number) for number in tf.data.Dataset.range(1000))


def test_a_file_offers_the_datasets_at_its_top_without_running(write: Write) -> None:
    of = write(
        DATA + "\nval_ds = train_ds.take(1)\na_ds, b_ds = load()\nscale = compute(1)\n"
        "with strategy.scope():\n    spread = tf.data.Dataset.range(3)\nraise SystemExit\n"
    )
    found = offers(of.file)
    assert [one.name for one in found.offered if one.at_top] == [
        "train_ds", "val_ds", "a_ds", "b_ds", "spread",
    ]  # fmt: skip
    assert found.offered[0].name == "make_dataset"
    assert found.fits == (19,)
    assert content_hash(of.file)
