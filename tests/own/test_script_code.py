"""Training scripts as workloads: up to their first fit, as often as runs want it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.diagnosis.measures.shortened import Shortening
from core.lazy import keras
from core.measure.fit import fit
from core.measure.run_environment import RunEnvironment
from core.model.errors import RunError
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run, RunState
from core.user_code.known_workloads import Workloads, recorded_workload
from core.user_code.opening import open_script
from core.user_code.script_workload import UserScriptWorkload
from tests.own.conftest import Write
from tests.own.scripts import LOOP, SCRIPT, script

pytestmark = pytest.mark.e2e

Train = Callable[..., Run]


@pytest.fixture
def train(tmp_path: Path) -> Train:
    def go(code: UserScriptWorkload, **changes: object) -> Run:
        settings = code.chain.defaults().with_values(
            {key.replace("__", "."): value for key, value in changes.items()}
        )
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        recording = Recording(Run(RunPlan(code.id, settings, str(folder))))
        workloads = Workloads()
        workloads.add(code)
        environment = RunEnvironment(workloads)
        fit(recording.run().plan, recording.handle, lambda: False, run_environment=environment)
        return recording.run()

    return go


def test_the_training_is_as_long_as_the_scripts_own(write: Write, train: Train) -> None:
    run = train(script(write, SCRIPT, "3"))
    assert run.state is RunState.DONE, run.failure
    assert run.samples.examples.tolist() == [4] * 30
    assert run.epoch_losses[2] < run.epoch_losses[0]
    # The model is the script's: nothing stood in for it.
    assert run.emulations == ()


def test_a_stand_in_can_take_the_place_of_the_scripts_model(write: Write, train: Train) -> None:
    run = train(script(write), model__stand_in=True)
    assert run.state is RunState.DONE, run.failure
    assert run.samples.examples.tolist() == [4] * 20
    assert run.emulations == ("emulated by a stand-in model",)


def test_settings_are_put_in_at_the_scripts_calls(write: Write, train: Train) -> None:
    run = train(script(write), batch__batch_size=8, fit__epochs=1)
    assert run.samples.examples.tolist() == [8] * 5


def test_a_train_step_that_only_runs_eagerly_is_told_that_it_is_compiled(
    write: Write, train: Train
) -> None:
    eager = SCRIPT.replace('"mse"', '"mse", run_eagerly=True').replace(
        "keras.Sequential([", "Eager([keras.Input([4]), "
    )
    own = (
        "\nclass Eager(keras.Sequential):\n    def train_step(self, data):\n"
        "        return {'loss': self(data[0]).numpy().mean()}\n\ndef data():"
    )
    run = train(script(write, eager.replace("\ndef data():", own)))
    assert run.failure is not None
    assert "train.py, line 17: AttributeError" in run.failure.what
    assert "run_eagerly=True" in run.failure.expected
    assert "--stand-in" in run.failure.remedy


def test_what_stands_behind_fit_does_not_run_and_callbacks_do_where_that_is_wanted(
    write: Write, train: Train, tmp_path: Path
) -> None:
    code = script(write)
    train(code)
    assert not (tmp_path / "told").exists()
    assert not (tmp_path / "after").exists()
    train(code, fit__script_callbacks=True)
    assert (tmp_path / "told").read_text() == "epoch\n" * 2


def test_what_is_not_used_is_said(write: Write) -> None:
    code = script(write)
    assert code.validation
    assert "validation_data" in code.description
    assert "Told" in code.description


def test_a_script_in_the_folder_where_autograph_writes_runs(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    branch = """
def choose(x):
    if x > 1.0:
        x = -x
    return x, x
"""
    made = "from_tensors(tf.ones([])).map(choose).batch(4)"
    text = branch + LOOP.format(dataset="data", epochs=1).replace(
        "from_tensors((tf.ones([4]), tf.ones([1]))).batch(4)", made
    )
    assert script(write, text).code.opened.others == ()


def test_a_dataset_that_came_with_the_model_is_not_taken_for_a_shorter_one(
    write: Write, tmp_path: Path
) -> None:
    code = script(write, SCRIPT.replace(".batch(4)", ".cache().batch(4)"))
    settings = code.chain.defaults()
    data = code.source_data(tmp_path, settings, tmp_path)
    with code.running():
        code.model(settings, data).bound()()
        with Shortening(cached=8).building(tmp_path):
            assert int(code.build(settings, data).cardinality()) == 10
            assert int(code.build(settings, data, anew=True).cardinality()) > 1000


def test_class_weights_weigh(write: Write, train: Train) -> None:
    weighed = SCRIPT.replace("verbose=2", "class_weight={0: 1.0, 1: 5.0}").replace(
        "x[:, :1]", "tf.ones([40])"
    )
    plain = weighed.replace("class_weight={0: 1.0, 1: 5.0}", "")
    losses = [
        train(script(write, text), fit__epochs=1).epoch_losses[0] for text in (plain, weighed)
    ]
    # Weights, data and their order are the same in both.
    assert losses[1] != losses[0]


@pytest.mark.parametrize("fails", [False, True])
def test_the_process_is_as_before(write: Write, train: Train, fails: bool) -> None:
    before = keras.Model.fit, list(sys.argv), os.getcwd(), list(sys.path)
    text = SCRIPT.replace("    model.compile", "    broken()\n    model.compile")
    if fails:
        with pytest.raises(RunError, match="NameError"):
            script(write, text)
    else:
        assert train(script(write)).state is RunState.DONE
    assert (keras.Model.fit, list(sys.argv), os.getcwd(), list(sys.path)) == before


ARRAYS = """tf.ones([40, 4]), tf.ones([40, 1]), sample_weight=tf.ones([40]), batch_size=8,
        validation_split=0.2, shuffle=False"""
GENERATOR = """ones(), steps_per_epoch=4, validation_data=(tf.ones([8, 4]), tf.ones([8, 1]))"""
ONES = """
def ones():
    while True:
        yield tf.ones([8, 4]), tf.ones([8, 1])
"""


@pytest.mark.parametrize(("given", "method"), [(ARRAYS, "range"), (GENERATOR, "from_generator")])
def test_arrays_and_generators_are_read_as_keras_reads_them(
    write: Write, train: Train, tmp_path: Path, given: str, method: str
) -> None:
    text = SCRIPT.replace("data(), epochs=epochs, validation_data=data()", f"{given}, epochs=2")
    # As sys.exit(main()) and absl's app.run do.
    code = script(write, ONES + text + "    sys.exit(None)\n")
    calls = code.opened.calls
    assert [calls[0].method, calls[-1].method] == [method, "prefetch"]
    run = train(code)
    assert run.samples.examples.tolist() == [8] * 8
    settings = code.chain.defaults()
    data = code.source_data(tmp_path, settings, tmp_path)
    with code.running():
        validation = code.validation_data(settings, data)
        assert validation is not None
        assert [len(x) for x, *_ in validation.dataset] == [8]


def test_the_place_of_a_generator_is_that_of_its_function(write: Write, tmp_path: Path) -> None:
    text = SCRIPT.replace("data(), epochs=epochs, validation_data=data()", GENERATOR)
    code = script(write, ONES + text)
    call, function = code.opened.calls[0], code.opened.calls[0].function
    assert function is not None
    assert (function.name, function.line, function.python) == ("ones", 3, True)
    assert call.user_code_site is not None
    assert call.user_code_site.line == 3
    settings = code.chain.defaults()
    with code.running():
        pieces = code.pieces(settings, code.source_data(tmp_path, settings, tmp_path))
    assert list(pieces) == ["from_generator", "prefetch"]


def test_a_script_that_ends_itself_may_need_arguments(write: Write) -> None:
    text = "import argparse\ngiven = argparse.ArgumentParser()\ngiven.add_argument('file')\n"
    with pytest.raises(RunError, match=r"train\.py, line 5: SystemExit: 2") as caught:
        script(write, text + "given.parse_args()\n")
    assert "arguments of its own" in caught.value.remedy


def test_a_changed_script_is_not_run(write: Write, train: Train, tmp_path: Path) -> None:
    code = script(write)
    (tmp_path / "train.py").write_text("raise SystemExit('ran')\n", encoding="utf-8")
    run = train(code)
    assert run.failure is not None
    assert "has changed since it was opened" in run.failure.what


def test_a_script_whose_calls_come_out_otherwise_is_reported(write: Write, train: Train) -> None:
    text = SCRIPT.replace(
        "return tf.data", "if (here.parent / 'told').exists(): x = x[:, :2]\n    return tf.data"
    ).replace(".batch(4)", ".batch(4 if x.shape[1] == 4 else 3)")
    code = script(write, text)
    (code.script.file.parent / "told").touch()
    run = train(code)
    assert run.failure is not None
    assert "came out differently" in run.failure.what


def test_a_script_may_train_longer_than_anyone_would_choose_here(write: Write) -> None:
    code = script(write, SCRIPT, "20000")
    settings = code.chain.defaults()
    assert settings["fit.epochs"] == 20_000
    assert settings.with_values(settings) == settings


def test_a_record_gives_the_same_script(write: Write) -> None:
    code = script(write, SCRIPT, "3")
    again = recorded_workload(code.code)
    assert again == code
    assert again is not None
    assert again.id == code.id
    assert again.chain.defaults()["fit.epochs"] == 3
    assert code.code.arguments == ("3",)


@pytest.mark.parametrize("first", ["", "from __future__ import annotations\n"])
def test_annotations_of_a_script_are_as_python_has_them(write: Write, first: str) -> None:
    script = write(
        f"class Row(tf.experimental.ExtensionType):\n    label: tf.Tensor\nRow(1)\n{SCRIPT}"
    )
    script.file.write_text(first + script.file.read_text("utf-8"), encoding="utf-8")
    before = sys.modules["__main__"]
    assert isinstance(open_script(script.file), UserScriptWorkload)
    assert sys.modules["__main__"] is before
