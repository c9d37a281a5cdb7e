from __future__ import annotations

import itertools
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest

from core.lazy import keras, tf
from core.metrics.accounting import account
from core.metrics.catalogue import metric
from core.model.events import Phase
from core.model.run import Run, RunState
from core.pipeline.build import build
from core.pipeline.stages.fit import precision, set_execution
from core.workloads import augmented
from core.workloads.catalogue import workload
from tests.e2e.conftest import Train, settings_of

pytestmark = pytest.mark.e2e

SHORT = ("fit.epochs=2", "fit.steps_per_epoch=12", "batch.batch_size=8")


@pytest.mark.parametrize(
    ("name", "preset_name"),
    [
        ("in_memory", "textbook 1"),
        ("augmented", "textbook 2"),
        ("npz_shards", "textbook 3"),
        ("jpeg_tfrecord", "tuned"),
        ("augmented", "naive"),
        ("npz_shards", "naive"),
        ("jpeg_tfrecord", "naive"),
    ],
)
@pytest.mark.usefixtures("real_model")
def test_a_workload_trains_and_every_second_of_it_is_accounted_for(
    train: Train, name: str, preset_name: str
) -> None:
    run = train(name, preset_name, *SHORT)
    assert run.state is RunState.DONE, run.failure
    assert run.samples.steps == 24
    assert run.samples.epoch_starts.tolist() == [0, 12]
    assert set(run.samples.examples.tolist()) == {8}
    assert len(run.epoch_losses) == 2
    whole = account(run.samples, 0, 24)
    assert whole is not None
    parts = whole.input_wait_s + whole.device_busy_s + whole.host_s + whole.epoch_turnaround_s
    assert parts == pytest.approx(whole.wall_s, abs=1e-6)
    assert min(whole.input_wait_s, whole.device_busy_s, whole.host_s) > 0
    idle = metric("device_idle_percent").of(run).value
    causes = [
        metric(key).of(run).value
        for key in ("input_wait_percent", "host_percent", "epoch_turnaround_percent")
    ]
    assert idle == pytest.approx(sum(cause or 0.0 for cause in causes), abs=1e-6)


def bare_fit(data_folder: Path, name: str, preset_name: str, *changes: str) -> tuple[float, ...]:
    """Losses of the same training without any of our instruments."""
    settings = settings_of(name, preset_name, *changes)
    chosen, steps = workload(name), settings["fit.steps_per_epoch"]
    with tempfile.TemporaryDirectory() as scratch:
        data = chosen.source_data(data_folder, settings, Path(scratch))
        chosen.prepare(data, settings, lambda fraction, text: None)
        keras.backend.clear_session()
        keras.utils.set_random_seed(settings["fit.seed"])
        with tf.device("/CPU:0"), precision(settings):
            model = chosen.model(settings, data).bound()()
            set_execution(model, settings)
            bare = model.fit(
                build(settings, data),
                epochs=settings["fit.epochs"],
                steps_per_epoch=None if steps == "all" else steps,
                verbose=0,
                shuffle=False,
            )
    return tuple(bare.history["loss"])


@pytest.mark.parametrize(
    ("name", "changes", "steps", "devices"),
    [
        ("augmented", "fit.steps_per_epoch=9 shuffle.buffer_size=99", 9, ("cpu", "emulated:5")),
        ("augmented", "fit.steps_per_epoch=6 fit.steps_per_execution=4", 8, ("emulated:5",)),
        ("augmented", "fit.steps_per_epoch=5 map.place=model", 5, ("cpu",)),
        ("npz_shards", "batch.batch_size=50 fit.steps_per_execution=4", 13, ("cpu",)),
    ],
)
@pytest.mark.filterwarnings("ignore:Your input ran out of data:UserWarning")
def test_the_instrumented_run_learns_exactly_what_a_bare_fit_learns(
    train: Train, data_folder: Path, name: str, changes: str, steps: int, devices: tuple[str, ...]
) -> None:
    assignments = ("fit.epochs=2", "batch.batch_size=8", *changes.split())
    expected = bare_fit(data_folder, name, "tuned", *assignments)
    for device in devices:
        run = train(name, "tuned", *assignments, f"fit.device={device}")
        assert run.failure is None
        assert run.epoch_losses == expected
        assert run.samples.epoch_starts.tolist() == [0, steps]
        assert run.samples.steps == 2 * steps
        assert run.prepared is not None
        assert run.prepared.steps_per_epoch in (None, steps)


def test_an_execution_may_end_where_the_data_do(train: Train) -> None:
    changes = ("fit.epochs=2", "batch.batch_size=160", "fit.steps_per_execution=2")
    run = train("npz_shards", "tuned", *changes)
    assert run.state is RunState.DONE
    assert run.samples.epoch_starts.tolist() == [0, 4]
    assert run.samples.examples.tolist() == [160] * 8
    assert len(run.epoch_losses) == 2


def test_with_several_steps_an_execution_every_batch_is_timed_and_held(train: Train) -> None:
    changes = ("fit.epochs=2", "fit.steps_per_epoch=12", "fit.steps_per_execution=4")
    run = train("augmented", "naive", *changes, "batch.batch_size=8", "fit.device=emulated:15")
    samples = run.samples
    assert samples.steps == 24
    assert set(samples.examples.tolist()) == {8}
    assert (samples.done_s - samples.ready_s).min() >= 0.0149
    # Each batch of eight was waited for, not only the first of its execution.
    assert (samples.ready_s - samples.asked_s).min() > 0.001
    times = np.stack([samples.asked_s, samples.ready_s, samples.done_s], axis=1).ravel()
    assert (np.diff(times) >= 0).all()
    whole = account(samples, 0, 24)
    assert whole is not None
    parts = whole.input_wait_s + whole.device_busy_s + whole.host_s + whole.epoch_turnaround_s
    assert parts == pytest.approx(whole.wall_s, abs=1e-6)
    assert run.prepared is not None
    assert run.prepared.warm_up_steps == 12


def test_a_stop_ends_an_execution_after_its_present_batch(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that on a busy machine too the first batch is waited for and not broken off.
    monkeypatch.setattr("core.measure.stopper.GRACE_S", 20.0)

    def cancelled(run: Run) -> bool:
        return bool(run.phases) and run.phases[-1].phase == "filling buffers"

    # The execution alone would take half a minute, and is not broken off but ended.
    long = ("fit.steps_per_execution=300", "fit.device=emulated:100")
    run = train("in_memory", "naive", *long, cancelled=cancelled)
    assert run.state is RunState.STOPPED
    assert run.failure is None
    assert 1 <= run.samples.steps <= 10


def test_mixed_precision_does_not_outlive_its_run(train: Train) -> None:
    short = ("fit.epochs=1", "fit.steps_per_epoch=3")
    plain = train("in_memory", "naive", *short)
    mixed = train("in_memory", "naive", *short, "fit.mixed_precision=mixed_float16")
    assert keras.config.dtype_policy().name == "float32"
    again = train("in_memory", "naive", *short)
    assert mixed.epoch_losses != plain.epoch_losses
    assert again.epoch_losses == plain.epoch_losses


def test_same_seed_same_loss_another_seed_another(train: Train) -> None:
    short = ("fit.epochs=1", "fit.steps_per_epoch=12", "map.num_parallel_calls=2")
    first = train("augmented", "tuned", *short)
    again = train("augmented", "tuned", *short)
    other = train("augmented", "tuned", *short, "fit.seed=2")
    assert first.epoch_losses == again.epoch_losses
    assert first.epoch_losses != other.epoch_losses


@pytest.mark.usefixtures("real_model")
def test_the_loss_falls(train: Train) -> None:
    run = train("npz_shards", "naive", "fit.epochs=2", "batch.batch_size=4")
    first, second = run.epoch_losses
    assert first is not None
    assert second is not None
    assert second < 0.8 * first


def test_phases_come_in_order_and_an_emulated_step_takes_at_least_its_time(train: Train) -> None:
    run = train("in_memory", "naive", *SHORT, "fit.device=emulated:15")
    assert (run.samples.done_s - run.samples.ready_s).min() >= 0.0149
    assert run.prepared is not None
    assert run.prepared.emulations == ("emulated accelerator 15 ms",)
    assert [phase.phase for phase in run.phases] == [
        "loading TensorFlow",
        "making data",
        "building pipeline and model",
        "tracing",
        "filling buffers",
        "training",
        "looking at the data again, for their fingerprint",
    ]
    assert [p.at_s for p in run.phases] == sorted(p.at_s for p in run.phases)


def test_epochs_without_a_number_of_steps_see_all_the_data(train: Train) -> None:
    run = train("npz_shards", "tuned", "fit.epochs=2", "batch.batch_size=50")
    starts = [*run.samples.epoch_starts.tolist(), run.samples.steps]
    per_epoch = [int(run.samples.examples[a:b].sum()) for a, b in itertools.pairwise(starts)]
    assert per_epoch == [640, 640]
    turnaround = metric("epoch_turnaround_percent").of(run).value
    assert turnaround is not None
    assert turnaround > 0


@pytest.mark.parametrize("steps", [0, 5])
def test_a_stop_keeps_what_was_measured(train: Train, steps: int) -> None:
    def cancelled(run: Run) -> bool:
        return run.samples.steps >= steps

    run = train("in_memory", "naive", "fit.device=emulated:120", cancelled=cancelled)
    assert run.state is RunState.STOPPED
    assert run.failure is None
    assert steps <= run.samples.steps <= steps + 2
    assert run.epoch_losses == ()


def test_a_pipeline_that_delivers_nothing_is_a_failure_and_says_why(train: Train) -> None:
    run = train("in_memory", "naive", "batch.batch_size=65536", "batch.drop_remainder=on")
    assert run.state is RunState.FAILED
    assert run.failure is not None
    assert "0 batches" in run.failure.what
    assert "drop_remainder" in run.failure.remedy


def test_a_gpu_that_is_not_there_is_named_and_the_next_run_works(train: Train) -> None:
    run = train("in_memory", "naive", "fit.device=gpu:9")
    assert run.failure is not None
    assert "gpu:9" in run.failure.what
    assert "doctor" in run.failure.remedy
    # The next one works.
    assert train("in_memory", "naive", *SHORT).state is RunState.DONE


def test_a_cache_on_disk_is_filled_anew_by_each_run_and_gone_afterwards(
    train: Train, data_folder: Path
) -> None:
    for _ in range(2):
        run = train("npz_shards", "naive", "cache.where=disk", "fit.epochs=2")
        assert run.state is RunState.DONE, run.failure
        assert run.prepared is not None
        assert run.prepared.warm_up_epochs == 1
    assert not list(data_folder.glob("scratch-*"))


def test_an_image_that_is_damaged_in_its_middle_is_told_with_the_folders(
    train: Train, tmp_path: Path
) -> None:
    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        for index in range(8):
            noise = np.random.default_rng(index).integers(0, 256, (24, 24, 3), np.uint8)
            tf.io.write_file(str(tmp_path / label / f"{index}.png"), tf.io.encode_png(noise))
    broken = tmp_path / "b" / "3.png"
    content = bytearray(broken.read_bytes())
    content[60:200] = bytes(140)
    broken.write_bytes(content)
    run = train("image_folder", "naive", f"source.folder={tmp_path}", "batch.batch_size=4")
    assert run.failure is not None
    assert "An image cannot be decoded: Invalid PNG data" in run.failure.what
    assert f"doctor --check-files '{tmp_path / 'a'}' '{tmp_path / 'b'}'`" in run.failure.remedy


def test_a_run_that_ends_before_its_cache_is_filled_is_not_taken_for_a_cached_one(
    train: Train,
) -> None:
    run = train("in_memory", "naive", "cache.where=memory", *SHORT)
    assert run.prepared is not None
    assert run.prepared.warm_up_epochs == 0
    assert run.prepared.warm_up_pass_steps == 750


def test_the_executed_pipeline_is_read_while_it_runs(train: Train) -> None:
    run = train("augmented", "tuned", *SHORT, "fit.device=emulated:40")
    assert len(run.pipeline) >= 2
    names = [node.name for node in run.pipeline[-1].nodes if not node.branch]
    assert names == [
        "Root", "Prefetch", "ForeverRepeat", "BatchV2", "ParallelMapV2", "Zip", "TensorSlice",
    ]  # fmt: skip
    assert run.prepared is not None
    assert run.prepared.python_stages == ()


def test_a_stop_does_not_wait_for_a_file_that_takes_long_to_open(train: Train) -> None:
    def cancelled(run: Run) -> bool:
        return bool(run.phases) and run.phases[-1].phase == "filling buffers"

    # A minute a file: waiting for the batch would run into this test's time limit.
    slow = ("source.open_latency_ms=10000", "interleave.cycle_length=32")
    run = train("npz_shards", "naive", *slow, cancelled=cancelled)
    assert run.state is RunState.STOPPED
    assert run.failure is None
    assert run.samples.steps == 0


@pytest.mark.parametrize(
    ("name", "change", "stages"),
    [
        ("augmented", "map.implementation=python", ("map",)),
        ("npz_shards", "source.reader=numpy", ("interleave",)),
    ],
)
def test_a_python_function_in_the_pipeline_is_noted(
    train: Train, name: str, change: str, stages: tuple[str, ...]
) -> None:
    run = train(name, "naive", change, "fit.epochs=1", "fit.steps_per_epoch=3")
    assert run.prepared is not None
    assert run.prepared.python_stages == stages


@pytest.mark.parametrize(
    ("name", "change", "stage"),
    [
        ("augmented", "map.implementation=python", "map"),
        ("npz_shards", "source.reader=numpy", "interleave"),
    ],
)
def test_the_loss_is_the_same_with_any_number_of_processes_for_python_functions(
    train: Train, name: str, change: str, stage: str
) -> None:
    short = (change, "fit.epochs=2", "fit.steps_per_epoch=6", "batch.batch_size=8")
    losses = set()
    for processes in ("off", 1, 2):
        run = train(name, "naive", *short, f"{stage}.processes={processes}")
        assert run.state is RunState.DONE, run.failure
        started = [begun.phase for begun in run.phases].count(Phase.STARTING_PROCESSES)
        assert started == (processes != "off")
        losses.add(run.epoch_losses)
    assert len(losses) == 1


def test_a_stop_ends_a_run_whose_processes_hang(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(run: Run) -> bool:
        return bool(run.phases) and run.phases[-1].phase == "filling buffers"

    monkeypatch.setattr(augmented, "brighten_and_zoom", _hangs)
    changes = ("map.implementation=python", "map.processes=1")
    run = train("augmented", "naive", *changes, cancelled=cancelled)
    assert run.state is RunState.STOPPED
    assert run.failure is None
    assert run.samples.steps == 0


def _hangs(*arguments: object) -> None:
    threading.Event().wait()
