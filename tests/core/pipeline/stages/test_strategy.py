"""One model on several devices: what is set for that, where, and what it makes of a batch."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.analysis.stages.executed_view import executed_view
from core.export.python_code import python_code
from core.lazy import keras, tf
from core.model.errors import InputError
from core.model.plan import PROCESS, WINDOW
from core.model.settings import Settings
from core.model.tensorflow_kinds import Strategy
from core.pipeline.stages.process import check_engine, chosen
from core.pipeline.stages.strategy import logical_cpus, on_all_gpus, scope, strategy_words
from core.workloads.catalogue import workload
from tests.builders import prepared, run_of

ROOT = Path(__file__).parents[4]
IN_MEMORY = workload("in_memory")


def settings(**changes: str) -> Settings:
    values = {f"fit.{name}": value for name, value in changes.items()}
    return IN_MEMORY.chain.defaults().with_values(values)


@pytest.mark.parametrize(
    ("text", "value"),
    [("none", "none"), ("Mirrored", "mirrored"), ("mirrored 4", "mirrored:4")],
)
def test_a_strategy_is_read_as_people_type_it(text: str, value: str) -> None:
    assert Strategy().parse(text) == value


@pytest.mark.parametrize("text", ["mirrored:1", "mirrored:65", "mirrored:", "all", "mirrored:2:2"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="logical CPUs"):
        Strategy().parse(text)


def test_logical_cpus_need_a_process_of_their_own() -> None:
    cpus = settings(strategy="mirrored:3")
    assert (logical_cpus(cpus), on_all_gpus(cpus)) == (3, False)
    assert chosen(cpus) == ("fit.strategy",)
    check_engine(cpus, PROCESS)
    with pytest.raises(InputError, match=r"fit\.strategy cannot be set in this window"):
        check_engine(cpus, WINDOW)
    for other in (settings(), settings(strategy="mirrored", device="gpu:0")):
        assert chosen(other) == ()


def test_a_strategy_and_a_device_must_go_together() -> None:
    with pytest.raises(InputError, match=r"fit\.device=gpu:0"):
        scope(settings(strategy="mirrored"))
    with pytest.raises(InputError, match=r"fit\.device=cpu"):
        scope(settings(strategy="mirrored:2", device="gpu:0"))


def test_what_the_process_was_not_made_for_is_told() -> None:
    with pytest.raises(InputError, match=r"not 3\. Expected: an isolated run"):
        scope(settings(strategy="mirrored:3"))


def test_the_share_of_each_replica_and_the_shard_policy_are_said() -> None:
    class MirroredStrategy(SimpleNamespace):
        num_replicas_in_sync = 4

    model = SimpleNamespace(distribute_strategy=MirroredStrategy())
    dataset = tf.data.Dataset.range(8)
    words = strategy_words(model, dataset, 32)
    assert words.startswith("MirroredStrategy with 4 replicas: each takes 8 of each batch of 32.")
    assert "shard policy is AUTO" in words
    assert "up to 3 of each batch of 10" in strategy_words(model, dataset, 10)
    assert "its share of each batch" in strategy_words(model, dataset, None)
    assert strategy_words(keras.Sequential(), dataset, 32) == ""
    assert strategy_words(None, dataset, 32) == ""


def test_the_script_makes_the_devices_before_tensorflow_works(tmp_path: Path) -> None:
    text = python_code(IN_MEMORY, settings(strategy="mirrored:2"), tmp_path)
    configured = text.index("tf.config.set_logical_device_configuration(")
    scoped = text.index('MirroredStrategy([f"/CPU:{number}" for number in range(2)]).scope():')
    assert configured < text.index("keras.utils.set_random_seed") < scoped
    assert scoped < text.index("model = make_model")
    compile(text, "script.py", "exec")


_TRAINS = """
import sys
from dataclasses import replace
from pathlib import Path
from core.measure.fit import fit
from core.measure.run_environment import RunEnvironment
from core.model.plan import PROCESS, RunPlan
from core.model.recording import Recording
from core.model.run import Run
from core.pipeline.stages.process import set_up
from core.workloads import catalogue
from core.workloads.in_memory import InMemory

small = InMemory(examples=80, size=8)
catalogue.WORKLOADS = (small,)
values = {"fit.strategy": "mirrored:2", "fit.epochs": 2, "batch.batch_size": 16}
settings = small.chain.defaults().with_values(values)
set_up(settings)
environment = RunEnvironment()
environment.engine = PROCESS
recording = Recording(Run(RunPlan("in_memory", settings, sys.argv[1], engine=PROCESS)))
fit(recording.run().plan, recording.handle, lambda: False, run_environment=environment)
run = recording.run()
assert run.failure is None, run.failure
assert run.samples.examples.tolist() == [16] * 10, run.samples.examples
assert run.prepared.strategy.startswith("MirroredStrategy with 2 replicas: each takes 8 of")
assert (run.samples.ready_s >= run.samples.asked_s).all()
"""


@pytest.mark.e2e
def test_all_replicas_are_timed_and_counted_as_one_step(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _TRAINS, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_stages_of_a_run_under_a_strategy_say_why_they_are_empty() -> None:
    run = run_of()
    run = replace(run, prepared=prepared(strategy="MirroredStrategy with 2 replicas: ..."))
    view = executed_view(run, settings())
    assert view.rows == ()
    assert "hands the batches out to replicas" in view.notes[0]
    assert view.notes[1] == "MirroredStrategy with 2 replicas: ..."
