"""What a script does around its training: loops, callbacks, validation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.own.conftest import Write
from tests.own.scripts import LOOP, SCRIPT, script

pytestmark = pytest.mark.e2e

VALIDATION = """
class Validation(keras.utils.PyDataset):
    def __len__(self):
        return 3
    def __getitem__(self, index):
        return tf.ones([8, 4]).numpy(), tf.ones([8, 1]).numpy()
"""


@pytest.mark.parametrize("said", ['compile("sgd", "mse", run_eagerly=True)', "run_eagerly = True"])
def test_the_line_that_has_a_model_run_eagerly_is_known(write: Write, said: str) -> None:
    compiled = 'model.compile("sgd", "mse")'
    assert compiled in SCRIPT
    whole = f"model.{said}" if "compile" in said else f"{compiled}\n    model.{said}"
    code = script(write, SCRIPT.replace(compiled, whole))
    assert code.trained.run_eagerly
    lines = Path(code.code.file).read_text().splitlines()
    assert "run_eagerly" in lines[code.trained.eager_line - 1]


@pytest.mark.parametrize(
    ("given", "batches", "epochs"),
    [
        ("", 10, 1),
        (", validation_steps=3, validation_freq=2", 3, 2),
    ],
)
def test_what_it_validates_on_is_known_with_the_line_that_makes_it(
    write: Write, tmp_path: Path, given: str, batches: int, epochs: int
) -> None:
    code = script(write, SCRIPT.replace(", callbacks=", f"{given}, callbacks="))
    settings = code.chain.defaults()
    data = code.source_data(tmp_path, settings, tmp_path)
    with code.running():
        validation = code.validation_data(settings, data)
    assert validation is not None
    assert int(validation.dataset.cardinality()) == batches
    assert (validation.epochs, validation.cached) == (epochs, False)
    assert validation.site is not None
    assert ".batch(4)" in Path(code.code.file).read_text().splitlines()[validation.site.line - 1]


def test_a_py_dataset_to_validate_on_is_read_too(write: Write, tmp_path: Path) -> None:
    text = SCRIPT.replace("import keras\n", "import keras\n" + VALIDATION, 1)
    code = script(write, text.replace("validation_data=data()", "validation_data=Validation()"))
    settings = code.chain.defaults()
    data = code.source_data(tmp_path, settings, tmp_path)
    with code.running():
        validation = code.validation_data(settings, data)
        assert validation is not None
        assert [len(x) for x, *_ in validation.dataset] == [8, 8, 8]
    assert validation.site is not None
    assert validation.site.line == 9


@pytest.mark.parametrize(
    ("dataset", "epochs", "looped"),
    [
        ("data", 1, (12, False)),
        ("anew", 1, (12, True)),
        ("anew", 5, (12, True)),
        ("data", 5, (0, False)),
    ],
)
def test_a_loop_that_calls_fit_for_one_epoch_at_a_time_or_on_new_data_is_seen(
    write: Write, dataset: str, epochs: int, looped: tuple[int, bool]
) -> None:
    trained = script(write, LOOP.format(dataset=dataset, epochs=epochs)).trained
    assert (trained.loop_line, trained.makes_anew) == looped
    assert trained.compile_line == 0


@pytest.mark.parametrize("rounds", [1, 3])
def test_what_a_loop_does_between_its_calls_of_fit_is_measured(
    write: Write, tmp_path: Path, rounds: int
) -> None:
    text = LOOP.format(dataset="data", epochs=1).replace("range(3)", f"range({rounds})")
    slow = text.replace("    train(1)", "    __import__('time').sleep(0.1)\n    train(1)")
    code = script(write, slow)
    settings = code.chain.defaults()
    with code.running():
        found = code.loop(settings, code.source_data(tmp_path, settings, tmp_path))
    if rounds == 1:
        assert found is None
    else:
        assert found is not None
        site, between_s = found
        assert (site.line, between_s >= 0.1) == (12, True)


@pytest.mark.parametrize(
    ("writes", "measured"),
    [
        ("    pathlib.Path('told').write_text('x')\n", True),
        ("    os.remove('kept')\n", False),
        ("    tf.io.write_file('told', 'x')\n", False),
    ],
)
def test_what_a_loop_writes_after_a_training_of_one_step_is_kept_away(
    write: Write, tmp_path: Path, writes: str, measured: bool
) -> None:
    (tmp_path / "kept").touch()
    text = LOOP.format(dataset="data", epochs=1).replace(
        "    train(1)\n", f"    train(1)\n{writes}"
    )
    code = script(write, f"import os, pathlib\nos.chdir({str(tmp_path)!r})\n{text}")
    settings, scratch = code.chain.defaults(), tmp_path / "scratch"
    scratch.mkdir()
    with code.running():
        found = code.loop(settings, code.source_data(tmp_path, settings, scratch))
    assert bool(found) is measured
    assert (tmp_path / "kept").exists()
    assert not (tmp_path / "told").exists()


def test_a_loop_that_compiles_for_each_fit_is_seen(write: Write) -> None:
    compiled = 'model.compile("sgd", "mse")'
    text = LOOP.format(dataset="data", epochs=5)
    text = text.replace(compiled, "").replace("    train(5)", f"    {compiled}\n    train(5)")
    code = script(write, text)
    lines = Path(code.code.file).read_text().splitlines()
    assert lines[code.trained.loop_line - 1].startswith("for epoch")
    assert compiled in lines[code.trained.compile_line - 1]


@pytest.mark.parametrize(
    ("callback", "names"),
    [
        ("Told()", ["Told.on_train_batch_end"]),
        (
            "keras.callbacks.LambdaCallback(on_train_batch_end=told)",
            ["LambdaCallback.on_train_batch_end"],
        ),
        (
            "keras.callbacks.ModelCheckpoint('w.keras', save_freq=5)",
            ["ModelCheckpoint(save_freq=5)"],
        ),
        ("keras.callbacks.ModelCheckpoint('w.keras')", []),
    ],
)
def test_a_callback_that_works_for_every_batch_is_seen(
    write: Write, callback: str, names: list[str]
) -> None:
    hook = "on_train_batch_end(self, batch"
    text = SCRIPT.replace("on_epoch_end(self, epoch", hook).replace("Told()", callback)
    code = script(write, text.replace("def data", "def told(batch, logs): ...\n\ndef data", 1))
    assert [seen.name for seen in code.trained.batch_hooks] == names
    lines = Path(code.code.file).read_text().splitlines()
    for seen in code.trained.batch_hooks:
        line = lines[seen.line - 1]
        assert line.lstrip().startswith("def ") or callback in line
