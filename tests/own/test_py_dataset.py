"""A person's own PyDataset: one stage with its line, trained as ever."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from core.analysis.findings import findings
from core.analysis.stages.executed_view import executed_view
from core.export.user_code_patch import user_code_text
from core.measure.fit import fit
from core.measure.run_environment import RunEnvironment
from core.model.plan import RunPlan
from core.model.recording import Recording
from core.model.run import Run, RunState
from core.pipeline.workers.py_dataset import for_fit
from core.user_code.function_workload import open_function
from core.user_code.known_workloads import Workloads
from core.user_code.opening import open_script
from core.user_code.script_workload import UserScriptWorkload
from core.user_code.workload import UserWorkload
from tests.own.conftest import Write, build

CODE = """
import keras
import numpy as np


class Ramps(keras.utils.PyDataset):
    def __len__(self):
        return 6

    def __getitem__(self, index):
        x = np.full((4, 3), index, np.float32)
        return x, x[:, :1]


def make_dataset():
    return Ramps(workers=2, max_queue_size=3)


def make_model():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model
"""
SCRIPT = (
    CODE
    + """
if __name__ == "__main__":
    make_model().fit(make_dataset(), epochs=2, shuffle=False)
"""
)


def _trained(code: UserWorkload, folder: Path, **changes: object) -> Run:
    values = {key.replace("__", "."): value for key, value in changes.items()}
    settings = code.chain.defaults().with_values(values)
    recording = Recording(Run(RunPlan(code.id, settings, str(folder))))
    workloads = Workloads()
    workloads.add(code)
    environment = RunEnvironment(workloads)
    fit(recording.run().plan, recording.handle, lambda: False, run_environment=environment)
    return recording.run()


LIBRARYS = """
import numpy as np
from tensorflow.keras.preprocessing.image import ImageDataGenerator

x = np.zeros((8, 4, 4, 1), np.float32)
def make_dataset():
    return ImageDataGenerator().flow(x, np.zeros(8), batch_size=4)
"""


def test_one_of_a_library_stands_where_it_is_used(write: Write) -> None:
    code = open_function(write(LIBRARYS))
    (call,) = code.opened.calls
    assert call.user_code_site is not None
    assert (Path(call.user_code_site.file).name, call.user_code_site.line) == ("pipeline.py", 7)
    fits = "model = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)])\n"
    fits += "model.compile('sgd', 'mse')\nmodel.fit(make_dataset())\n"
    script = open_script(write(f"{LIBRARYS}{fits}", file="train.py").file)
    assert isinstance(script, UserScriptWorkload)
    (call,) = script.opened.calls
    assert call.user_code_site is not None
    assert (Path(call.user_code_site.file).name, call.user_code_site.line) == ("train.py", 11)


def test_it_is_one_stage_where_it_makes_a_batch_with_the_values_of_the_code(write: Write) -> None:
    code = open_function(write(CODE))
    stage = code.chain.stages[0]
    (call,) = code.opened.calls
    assert (stage.key, stage.title) == ("pydataset", "pydataset Ramps")
    assert (call.site.line, Path(call.site.file).name) == (11, "pipeline.py")
    assert call.function is not None
    assert (call.function.line, call.function.python) == (11, True)
    assert {key: value for key, value in code.chain.defaults().items() if "pydataset" in key} == {
        "pydataset.workers": 2,
        "pydataset.use_multiprocessing": False,
        "pydataset.max_queue_size": 3,
    }
    assert [stage.kind for stage in code.chain.stages] == ["pydataset", "process", "model", "fit"]


def test_settings_are_put_into_it_and_not_into_the_code(write: Write) -> None:
    code = open_function(write(CODE))
    assert for_fit(build(code)).workers == 2
    settings = code.chain.defaults().with_values({"pydataset.workers": 5})
    pictures = for_fit(code.build(settings, code.source_data(Path(), settings, Path())))
    assert (pictures.workers, pictures.max_queue_size) == (5, 3)


@pytest.mark.e2e
@pytest.mark.parametrize("workers", [1, 2])
def test_it_is_trained_and_timed_as_everything_else(
    write: Write, tmp_path: Path, workers: int
) -> None:
    code = open_function(write(CODE))
    run = _trained(code, tmp_path, pydataset__workers=workers, fit__epochs=2)
    assert run.state is RunState.DONE, run.failure
    assert run.samples.examples.tolist() == [4] * 12
    assert run.prepared is not None
    assert run.prepared.steps_per_epoch == 6
    assert run.prepared.python_stages == ("pydataset",)
    if workers > 1:
        (note, *_) = executed_view(run, code.chain.defaults()).notes
        assert "turns autotune off" in note


@pytest.mark.e2e
def test_a_script_whose_fit_gets_one_is_trained_in_processes_too(
    write: Write, tmp_path: Path
) -> None:
    code = open_script(write(SCRIPT, file="train.py").file)
    assert isinstance(code, UserWorkload)
    run = _trained(code, tmp_path, pydataset__use_multiprocessing=True)
    assert run.state is RunState.DONE, run.failure
    assert run.samples.examples.tolist() == [4] * 12
    assert not multiprocessing.active_children()


def test_findings_name_its_line(write: Write) -> None:
    code = open_function(write(CODE))
    found = {finding.key: finding.where for finding in findings(code.chain.defaults())}
    assert found == {
        "py_dataset_threads": "pipeline.py:11",
        "py_dataset_no_autotune": "pipeline.py:11",
    }


def test_the_patch_says_where_its_workers_are_written(write: Write) -> None:
    code = open_function(write(CODE))
    changed = code.chain.defaults().with_values({"pydataset.workers": 4})
    text = " ".join(user_code_text(code, changed).replace("#", "").split())
    assert "give them to super().__init__(...) of the class" in text


def test_one_without_a_length_has_no_end(write: Write) -> None:
    endless = CODE.replace("    def __len__(self):\n        return 6\n", "    num_batches = None\n")
    code = open_function(write(endless))
    assert code.opened.endless
