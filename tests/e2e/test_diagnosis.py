"""A diagnosis of real pipelines, in short: planted limits are named, with their lines."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from core.diagnosis.around import Validation
from core.diagnosis.diagnose import PipelineBench, diagnose
from core.diagnosis.search import Search
from core.lazy import keras, tf
from core.measure.run_environment import RunEnvironment
from core.model.diagnosis import Answer, DiagnosisOptions, Limit
from core.model.events import AnswerFound, Event, RunEnded
from core.model.plan import PROCESS, Part, RunPlan
from core.model.run import RunState
from core.user_code.opening import open_script, open_user_code
from core.workloads.workload import Workload

pytestmark = pytest.mark.e2e

Diagnosed = Callable[..., Answer]


@pytest.fixture
def diagnosed(tmp_path: Path) -> Diagnosed:
    """The answer on a function's pipeline, on an emulated accelerator, with little time for it."""

    def go(text: str, device: str = "emulated:2", *, search: bool = True) -> Answer:
        workload = code(tmp_path, text)
        settings = workload.chain.defaults().with_values({"fit.device": device})
        data = workload.source_data(tmp_path, settings, tmp_path)
        keras.utils.set_random_seed(1)
        with workload.running(), tf.device("/CPU:0"):
            bench = PipelineBench(workload, data, device, lambda: False)
            bench.pace = 0.12
            whole = Search(
                bench,
                settings,
                DiagnosisOptions(search=search),
                cores=2,
                ram_bytes=1e9,
                tell=lambda answer: None,
                pace=0.12,
            )
            try:
                return whole.carry_out()
            finally:
                bench.close()

    return go


def code(folder: Path, text: str) -> Workload:
    file = folder / "train.py"
    file.write_text("import time\nimport tensorflow as tf\n" + textwrap.dedent(text))
    return open_user_code(f"{file}:make_dataset")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_pydataset_of_keras_is_diagnosed_as_one_stage(diagnosed: Diagnosed, workers: int) -> None:
    # Keras's workers go on when an epoch is broken off: the next one must not wait for them.
    answer = diagnosed(
        f"""
        import keras
        import numpy as np

        class Slow(keras.utils.PyDataset):
            def __len__(self):
                return 200

            def __getitem__(self, index):
                time.sleep(0.02)
                return np.ones((4, 3), np.float32), np.zeros((4, 1), np.float32)

        def make_dataset():
            return Slow(workers={workers})
        """,
        search=False,
    )
    assert answer.narrow_stage == "pydataset"
    assert [rate.line for rate in answer.cut_rates] == [11]


def test_waiting_is_told_by_its_line_and_parallel_calls_are_what_helps(
    diagnosed: Diagnosed,
) -> None:
    answer = diagnosed(
        """
        def fetch(x):
            time.sleep(0.003)
            return x

        def load(x):
            return tf.fill([4], tf.cast(tf.ensure_shape(tf.numpy_function(fetch, [x], tf.int64), []), tf.float32)), 0

        def make_dataset():
            data = tf.data.Dataset.range(5000)
            data = data.map(load)
            return data.batch(4).prefetch(2)
        """  # noqa: E501
    )
    assert answer.limit is Limit.STORAGE
    (narrow,) = [rate for rate in answer.cut_rates if rate.stage == answer.narrow_stage]
    assert narrow.line == 13
    knobs = {change.knob for change in answer.changes}
    assert "map.num_parallel_calls" in knobs
    # Each call that waits holds a thread: the number of these may be among them. Beside steps of
    # 2 ms Keras's own time counts too, on a busy machine.
    assert knobs <= {
        "map.num_parallel_calls",
        "options.private_threadpool_size",
        "fit.steps_per_execution",
    }
    assert answer.gain is not None
    assert answer.gain > 1.5


def test_a_pipeline_that_is_fast_enough_gets_no_advice(diagnosed: Diagnosed) -> None:
    answer = diagnosed(
        """
        def make_dataset():
            data = tf.data.Dataset.from_tensors((tf.zeros([4]), 0)).repeat(100000)
            return data.batch(8).prefetch(2)
        """,
        device="emulated:200",  # so slow that Keras counts for little, on a busy machine too
    )
    assert answer.limit is Limit.ACCELERATOR
    assert answer.changes == ()
    assert answer.break_even_step_s is not None
    assert answer.break_even_step_s < 0.04


def test_a_whole_pass_over_the_validation_data_of_a_script_is_measured(
    tmp_path: Path,
) -> None:
    text = """
        import keras

        pairs = tf.data.Dataset.from_tensors((tf.ones([2]), tf.ones([2])))
        train = pairs.batch(1)
        validation = pairs.repeat(6).batch(2)
        model = keras.Sequential([keras.layers.Dense(2)])
        model.compile("sgd", "mse")
        model.fit(train, validation_data=validation{cache})
        """

    def measured(cache: str) -> Validation | None:
        file = tmp_path / f"train{len(cache)}.py"
        head = "import tensorflow as tf\n"
        file.write_text(head + textwrap.dedent(text).replace("{cache}", cache))
        workload = open_script(file)
        settings = workload.chain.defaults()
        data = workload.source_data(tmp_path, settings, tmp_path)
        with workload.running():
            bench = PipelineBench(workload, data, "cpu", lambda: False)
            try:
                return bench.validation(settings, 20.0)
            finally:
                bench.close()

    plain, cached = measured(""), measured(".cache()")
    assert plain is not None
    assert cached is not None
    assert (plain.whole, plain.batches, plain.kept_bytes) == (True, 3, 3 * 2 * 2 * 2 * 4.0)
    assert (plain.cached, cached.cached) == (False, True)
    assert plain.read_s > 0
    assert plain.batch_s > 0


def test_every_event_comes_in_order_and_a_failure_of_the_code_is_explained(tmp_path: Path) -> None:
    workload = code(
        tmp_path,
        """
        def make_dataset():
            bad = tf.data.Dataset.range(40).map(lambda x: (tf.fill([2], x), 0))
            return bad.map(lambda x, y: (tf.gather(x, [y + 5]), y)).batch(4)
        """,
    )

    class Opened(RunEnvironment):
        engine = PROCESS
        says_loading = False

        def find(self, plan: RunPlan) -> Workload:
            return workload

    settings = workload.chain.defaults()
    plan = RunPlan(
        workload.id,
        settings,
        str(tmp_path),
        part=Part.DIAGNOSIS,
        code=workload.code,
        engine=PROCESS,
    )
    events: list[Event] = []
    diagnose(plan, events.append, lambda: False, run_environment=Opened())
    last = events[-1]
    assert isinstance(last, RunEnded)
    assert last.state is RunState.FAILED
    assert last.failure is not None
    assert "train.py" in last.failure.what
    assert sum(isinstance(event, RunEnded) for event in events) == 1
    assert any(isinstance(event, AnswerFound) for event in events)
