"""All engines keep to one contract: the same runs, with real TensorFlow, in any of them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from platform import node

import numpy as np
import psutil
import pytest

from core.analysis.doubts.catalogue import doubts
from core.engines.engines import Engines
from core.engines.times import StopTimes
from core.metrics.catalogue import metric
from core.model.events import (
    EnvironmentSeen,
    EpochBegan,
    EpochEnded,
    Phase,
    PhaseStarted,
    RunEnded,
    RunPrepared,
    StepsTaken,
    StopAdvanced,
    StopStage,
)
from core.model.kinds import Value
from core.model.plan import ENGINES, PROCESS, WINDOW, Part
from core.model.run import RunState
from core.model.to_open import ToOpen
from core.model.tracing import TRACE_ENDING
from core.optional import NO_PSUTIL
from core.timeline.open_trace import open_trace
from core.timeline.story import tell
from core.user_code.opening import open_user_code
from core.workloads.catalogue import workload
from tests.contracts.engine_bench import DECLARED, EVERY, FAR, FLAGS, OTHER, OWN, TRACED, Bench
from tests.sshd import MACHINE, needs_sshd

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    engines = Engines(times=StopTimes(soft_s=120.0))
    with contextlib.ExitStack() as stack:
        yield Bench(tmp_path_factory.mktemp("engines"), engines, stack)
        engines.close()


@pytest.fixture(params=EVERY)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_last_word_is_one_and_the_last(bench: Bench, engine: str) -> None:
    events = bench.whole(engine).events
    assert [isinstance(event, RunEnded) for event in events].count(True) == 1
    assert isinstance(events[-1], RunEnded)
    assert bench.whole(engine).run.state is RunState.DONE


def test_events_come_in_their_order(bench: Bench, engine: str) -> None:
    events = bench.whole(engine).events
    phases = [event.phase for event in events if isinstance(event, PhaseStarted)]
    assert phases == [
        Phase.LOADING_TENSORFLOW,
        Phase.MAKING_DATA,
        Phase.BUILDING,
        Phase.TRACING,
        Phase.FILLING_BUFFERS,
        Phase.TRAINING,
        Phase.LOOKING_AT_DATA,
    ]
    at = [event.at_s for event in events if isinstance(event, PhaseStarted)]
    assert at == sorted(at)
    kinds = (EnvironmentSeen, RunPrepared, EpochBegan, StepsTaken, EpochEnded, RunEnded)
    first = [next(i for i, one in enumerate(events) if isinstance(one, kind)) for kind in kinds]
    assert first == sorted(first)
    assert [event.epoch for event in events if isinstance(event, EpochEnded)] == [0, 1]


def test_every_step_is_there_with_its_times_in_order(bench: Bench, engine: str) -> None:
    samples = bench.whole(engine).run.samples
    assert samples.steps == 30
    assert (samples.asked_s <= samples.ready_s).all()
    assert (samples.ready_s <= samples.done_s).all()
    assert (samples.asked_s[1:] >= samples.done_s[:-1]).all()
    assert (samples.examples == 32).all()


def test_steps_are_traced_on_an_order_that_comes_while_the_run_goes_on(
    bench: Bench, engine: str
) -> None:
    run = bench.whole(engine).run
    assert run.tracing is not None
    assert (run.tracing.first, run.tracing.steps, run.tracing.failure) == (1, TRACED, "")
    told = tell(open_trace(bench.traces / f"{run.id}{TRACE_ENDING}"), run)
    assert [step.number for step in told.waits.steps.all] == list(range(2, 2 + TRACED))


def test_the_same_seed_gives_the_same_training_in_all(bench: Bench) -> None:
    here = bench.whole(WINDOW).run
    for isolated in (bench.whole(one).run for one in (PROCESS, OTHER)):
        assert isolated.epoch_losses == pytest.approx(here.epoch_losses, rel=1e-5)
        # On a busy machine one of them may have had no time to read all of the data.
        assert here.fingerprint.sums
        assert isolated.fingerprint.sums
        assert isolated.fingerprint.differs_from(here.fingerprint) == ""
        assert isolated.prepared == here.prepared


def test_runs_of_unlike_engines_are_of_unlike_environments(bench: Bench) -> None:
    here, isolated = (bench.whole(one).run.environment for one in ENGINES)
    assert here["engine"] == "in this process"
    assert isolated["engine"] == "a process of its own"
    assert {**here, "engine": ""} == {**isolated, "engine": ""}
    other = bench.whole(OTHER).run.environment
    assert {**other, **_versions(isolated)} == {**isolated, "interpreter": bench.other.path}
    assert other["tensorflow"] == bench.other.tensorflow


@needs_sshd
def test_runs_on_another_machine_say_which_and_are_put_together_with_no_others(
    bench: Bench,
) -> None:
    isolated, far = bench.whole(PROCESS).run, bench.whole("ssh").run
    there = {"interpreter": f"{MACHINE}:{sys.executable}", "machine": f"{MACHINE} ({node()})"}
    assert far.environment == {**isolated.environment, **there}
    assert far.epoch_losses == pytest.approx(isolated.epoch_losses, rel=1e-5)
    # What the process there has in memory, not the ssh client here.
    assert far.resources.column("resident_bytes").min() > 1e8


def _versions(environment: Mapping[str, Value]) -> dict[str, Value]:
    return {key: environment[key] for key in ("python", "tensorflow", "keras", "numpy")}


def test_a_run_goes_to_no_interpreter_that_nobody_chose(bench: Bench) -> None:
    plan = replace(bench.plan(workload("in_memory"), PROCESS), interpreter="/bin/false")
    failure = bench.carry(plan).failure
    assert failure.bad_input
    assert (
        failure.what == "The run trains in /bin/false, which has not been selected in this session"
    )


def test_what_only_psutil_tells_is_not_measured_where_it_is_missing(bench: Bench) -> None:
    run = bench.whole(OTHER).run
    assert run.resources.about is not None
    assert run.resources.about.disk_note == NO_PSUTIL
    assert np.isnan(run.resources.column("machine_busy_s")).all()
    assert metric("peak_memory_mb").of(run).value is not None
    assert not {doubt.key for doubt in doubts(run)} & {"memory_short", "other_programs"}


def test_memory_and_processor_are_those_of_the_process_that_trains(bench: Bench) -> None:
    resources = bench.whole(PROCESS).run.resources
    assert len(resources) >= 2
    here = psutil.Process()
    # It was loaded for this run alone, this one has worked for longer; TensorFlow is in both.
    assert resources.column("process_cpu_s").max() < sum(here.cpu_times()[:2])
    assert resources.column("resident_bytes").min() > 1e8


@pytest.mark.parametrize("engine", [*ENGINES, FAR])
def test_a_part_alone_is_stopped_after_the_batch_and_what_was_measured_is_kept(
    bench: Bench, engine: str
) -> None:
    plan = bench.plan(workload("in_memory"), engine, part=Part.PIPELINE)
    told = bench.carry(plan, lambda run: run.samples.steps >= 20)
    assert told.run.state is RunState.STOPPED
    assert told.run.failure is None
    assert told.run.samples.steps >= 20
    stages = [event.stage for event in told.events if isinstance(event, StopAdvanced)]
    assert stages == ([] if engine == WINDOW else [StopStage.SOFT])
    assert told.run.prepared is not None
    assert told.run.prepared.parameters == 0


def test_a_long_step_of_an_emulated_accelerator_does_not_hold_a_stop_up(bench: Bench) -> None:
    plan = bench.plan(workload("in_memory"), WINDOW, "fit.device=emulated:60000")
    filling = str(Phase.FILLING_BUFFERS)
    told = bench.carry(plan, lambda run: any(phase.phase == filling for phase in run.phases))
    assert told.run.state is RunState.STOPPED
    # What was broken off has no time, and is no step.
    assert told.run.samples.steps == 0


def test_what_their_python_raises_is_told_by_their_line(bench: Bench) -> None:
    told = bench.carry(bench.plan(bench.own("make_failing"), PROCESS, "fit.epochs=1"))
    assert told.run.prepared is not None
    assert told.run.prepared.python_stages
    assert told.run.samples.steps == 1
    failure = told.failure
    line = OWN.splitlines().index('        raise LookupError("no such example")') + 1
    assert failure.what == f"{bench.file}, line {line}: LookupError: no such example"
    assert "Could not find callback" not in failure.text() + failure.details


@pytest.mark.parametrize("text", ["OWN", "DECLARED"])
def test_a_file_that_changed_or_is_gone_is_named_and_not_run(bench: Bench, text: str) -> None:
    file = bench.folder / f"changes{text}.py"
    file.write_text(globals()[text], encoding="utf-8")
    plan = bench.plan(open_user_code(str(file)), PROCESS)
    file.write_text("raise SystemExit('ran')\n", encoding="utf-8")
    failure = bench.carry_in_place(plan).failure
    assert failure is not None
    assert failure.what == f"{file} has changed since it was opened"
    assert failure.bad_input
    file.unlink()
    failure = bench.carry_in_place(plan).failure
    assert failure is not None
    assert str(file) in failure.what
    assert "No such file" in failure.what


def test_a_script_with_flags_is_opened_and_run_in_processes_of_their_own(bench: Bench) -> None:
    file = bench.folder / "flags.py"
    file.write_text(FLAGS, encoding="utf-8")
    wanted = ToOpen(str(file), ("--batch", "16"))
    of = bench.engines.open(wanted, lambda at: None, lambda: False, warm=True)
    assert of.chain.defaults()["batch.batch_size"] == 16
    told = bench.carry(bench.plan(of, WINDOW))
    assert told.run.state is RunState.DONE, told.run.failure
    assert told.run.environment["engine"] == "a process of its own"
    assert told.run.samples.steps == 4


def test_a_file_that_declares_a_workload_is_opened(bench: Bench) -> None:
    file = bench.folder / "declared.py"
    file.write_text(DECLARED, encoding="utf-8")
    run = bench.carry_in_place(bench.plan(open_user_code(str(file)), PROCESS, "fit.epochs=1"))
    assert run.state is RunState.DONE, run.failure
    assert run.samples.steps == 10


@pytest.mark.parametrize("where", [PROCESS, OTHER])
def test_worker_processes_find_what_their_process_was_sent(bench: Bench, where: str) -> None:
    plan = bench.plan(
        workload("augmented"), where, "map.implementation=python", "map.processes=2",
        "fit.epochs=1", "fit.steps_per_epoch=4",
    )  # fmt: skip
    told = bench.carry(plan)
    if where == PROCESS:
        assert told.run.state is RunState.DONE, told.run.failure
        assert told.run.samples.steps == 4
        return
    # What is not installed there is named.
    assert told.failure.bad_input
    assert told.failure.what.startswith("Worker processes need loky and cloudpickle, which")
    assert bench.other.path in told.failure.what


def test_what_holds_for_a_whole_process_is_refused_in_the_window(bench: Bench) -> None:
    plan = bench.plan(workload("in_memory"), WINDOW, "process.intra_op_threads=1")
    failure = bench.carry(plan).failure
    assert failure.bad_input
    assert "process.intra_op_threads" in failure.what
    assert "--engine process" in failure.expected


def test_what_holds_for_a_whole_process_is_set_in_one_of_its_own(bench: Bench) -> None:
    file = bench.folder / "threads.py"
    file.write_text(
        "import os\nimport tensorflow as tf\n"
        "def make_dataset():\n"
        "    threads = tf.config.threading\n"
        "    found = (threads.get_inter_op_parallelism_threads(),\n"
        "             threads.get_intra_op_parallelism_threads(),\n"
        "             os.environ['XLA_FLAGS'], os.environ.get('TF_GPU_THREAD_MODE'))\n"
        "    if os.environ.get('OPENED'): raise ValueError(found)\n"
        "    data = tf.data.Dataset.range(8).map(lambda n: ([tf.cast(n, tf.float32)], 0))\n"
        "    return data.batch(2)\n",
        encoding="utf-8",
    )
    monkeypatch = pytest.MonkeyPatch()
    with monkeypatch.context() as patch:
        patch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=false")
        of = open_user_code(f"{file}:make_dataset")
        patch.setenv("OPENED", "yes")
        plan = bench.plan(
            of,
            PROCESS,
            "process.inter_op_threads=3",
            "process.intra_op_threads=2",
            "process.xla_flags=--xla_cpu_enable_fast_math=true",
            "process.gpu_thread_mode=gpu_private",
        )
        failure = bench.carry(plan).failure
    flags = "--xla_cpu_enable_fast_math=false --xla_cpu_enable_fast_math=true"
    assert f"(3, 2, '{flags}', 'gpu_private')" in failure.what


def test_a_flag_that_xla_does_not_know_is_named(bench: Bench) -> None:
    of = workload("in_memory")
    plan = bench.plan(of, PROCESS, "process.xla_flags=--xla_nonsense=1", "fit.jit_compile=on")
    failure = bench.carry(plan).failure
    assert "Unknown flag in XLA_FLAGS: --xla_nonsense=1" in failure.what
