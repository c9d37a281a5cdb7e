"""A tf.data service for real: what comes through it, what it uses, and how it ends."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from core.diagnosis.measures.cuts import Cuts
from core.lazy import tf
from core.measure import fingerprint as fingerprints
from core.measure.fingerprint import fingerprint
from core.measure.pipeline_probe import read_pipeline
from core.measure.run_environment import RunEnvironment
from core.measure.run_service import RunService
from core.model.events import Phase
from core.model.plan import PROCESS
from core.model.run import Run, RunState
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.build import build, write
from core.pipeline.graph.executed import match
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.stages.service import start_service
from core.user_code.opening import open_user_code
from core.workloads.catalogue import workload
from tests.e2e.conftest import Train

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Of a service with two workers."""
    with RunService(lambda: None, lambda: False) as service:
        yield service.serve(2, "")


@pytest.fixture
def served(address: str, data_folder: Path, tmp_path: Path) -> Any:
    """Settings and data of a workload with the service."""

    def go(name: str, *assignments: str) -> tuple[Settings, SourceData]:
        chosen = workload(name)
        settings = chosen.chain.defaults().with_assignments(("service.workers=2", *assignments))
        data = chosen.source_data(data_folder, settings, tmp_path)
        chosen.prepare(data, settings, lambda fraction, text: None)
        return settings, replace(data, serve=lambda workers, wanted: address)

    return go


def examples(dataset: Any) -> int:
    return sum(len(labels) for _, labels in dataset.as_numpy_iterator())


@pytest.mark.parametrize(
    "position", ["before_prefetch", "before_repeat", "before_batch", "before_shuffle"]
)
def test_wherever_it_stands_each_example_comes_once_an_epoch(served: Any, position: str) -> None:
    settings, data = served("npz_shards", f"service.position={position}", "shuffle.buffer_size=100")
    assert examples(build(settings, data)) == 640


@pytest.mark.parametrize(
    ("assignments", "batches"),
    [
        (("service.sharding=off",), 40),
        (("service.workers=1",), 20),
        (("service.position=before_batch",), None),
        ((), None),
    ],
    ids=["copies", "one worker", "elements of files", "shares"],
)
def test_the_steps_of_an_epoch_are_known_where_the_chain_says_them(
    served: Any, assignments: tuple[str, ...], batches: int | None
) -> None:
    settings, data = served("in_memory", "batch.batch_size=300", *assignments)
    dataset = build(settings, data)
    known = batches if batches is not None or "before_batch" not in str(assignments) else 20
    assert int(dataset.cardinality()) == (known or tf.data.UNKNOWN_CARDINALITY)


def test_how_often_each_example_comes_is_measured_after_the_run(served: Any) -> None:
    once, data = served("npz_shards")
    # In which order follows from which worker is first.
    assert fingerprint(once, data, budget_s=600).served.startswith(
        "Each of the 640 examples came through the service once, in "
    )
    twice, data = served("npz_shards", "service.sharding=off")
    seen = fingerprint(twice, data, budget_s=600)
    assert seen.served == "Each of the 640 examples came through the service 2 times."
    plain = fingerprint(once.with_assignments(["service.workers=off"]), data, budget_s=600)
    assert plain.served == ""
    assert "1280 examples in all against 640" in seen.differs_from(plain)
    assert fingerprint(once, data, budget_s=600).differs_from(plain) == ""


@pytest.mark.parametrize(
    "assignments",
    [(), ("service.compression=off",), ("service.position=before_batch", "service.sharding=off")],
    ids=str,
)
def test_what_runs_in_the_workers_is_told_from_what_runs_here(
    served: Any, assignments: tuple[str, ...]
) -> None:
    settings, data = served("augmented", "prefetch.buffer_size=2", *assignments)
    iterator = iter(build(settings, data))
    for _ in range(3):
        next(iterator)
    executed = match(settings, read_pipeline(iterator))
    here = "before_batch" in str(assignments)
    assert executed.served == (("source", "map") if here else ("source", "map", "batch"))
    assert executed.left_out == executed.unseen == ()
    keys = list(dict.fromkeys(key for stage in executed.stages for key in stage.stages))
    assert keys == ["service", *(["batch"] if here else []), "prefetch"]
    assert not any(stage.note for stage in executed.stages)


def test_cut_rates_in_front_of_it_are_those_of_its_workers(served: Any) -> None:
    settings, data = served("in_memory", "prefetch.buffer_size=2")
    cuts = Cuts(workload("in_memory"), settings, data, graph_of(settings), lambda: False, 0.1)
    rates = {cut.node.key: cut.rate for cut in cuts.measure()}
    assert all(rate.elements_per_s for rate in rates.values())
    assert {key for key, rate in rates.items() if "workers" in rate.note} == {"source", "batch"}


OWN = """import tensorflow as tf

def double(x):
    return 2 * x, x % 2

def make_dataset():
    return tf.data.Dataset.range(64).map(double).batch(8).prefetch(2)
"""


def test_own_code_goes_through_it_and_what_stands_in_front_can_be_had_here(
    address: str, tmp_path: Path
) -> None:
    file = tmp_path / "train.py"
    file.write_text(OWN, encoding="utf-8")
    own = open_user_code(f"{file}:make_dataset")
    asked: list[tuple[int, str]] = []

    def serve(workers: int, wanted: str) -> str:
        asked.append((workers, wanted))
        return address

    settings = own.chain.defaults().with_assignments(
        ["service[added].workers=2", "service[added].position=map"]
    )
    data = SourceData(tmp_path, tmp_path, serve)
    with own.running():
        dataset = own.build(settings, data)
        numbers = np.concatenate([batch for batch, _ in dataset.as_numpy_iterator()])
        assert sorted(numbers.tolist()) == list(range(0, 128, 2))
        assert int(dataset.cardinality()) == 8
        assert asked == [(2, "")]
        pieces = own.pieces(settings, data)
        assert list(pieces) == ["range", "map", "service[added]", "batch", "prefetch"]
        # In order, as no service would deliver them.
        local = [number for number, _ in pieces["map"].as_numpy_iterator()]
        assert local == list(range(0, 128, 2))


def test_the_workers_of_a_run_belong_to_its_figures_and_end_with_it(
    train: Train, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As long as it takes to look at all data again, on any machine.
    monkeypatch.setattr(fingerprints, "_SERVED_TIMES", 1000)
    before = workers_here()
    alone, run = (
        train(
            "in_memory",
            "naive",
            f"service.workers={workers}",
            "fit.epochs=1",
            "batch.batch_size=300",
            run_environment=Isolated(),
        )
        for workers in ("off", 1)
    )
    assert run.state is RunState.DONE, run.failure
    assert Phase.STARTING_SERVICE in [phase.phase for phase in run.phases]
    assert run.samples.examples.sum() == 6000
    assert run.fingerprint is not None
    assert run.fingerprint.served.startswith("Each of the 6000 examples")
    least = alone.resources.column("resident_bytes").max() + 200e6
    assert run.resources.column("resident_bytes").max() > least
    assert workers_here() == before


def test_a_worker_that_is_killed_ends_the_run_with_one_message(train: Train) -> None:
    before, killed = workers_here(), list[int]()

    def kill(run: Run) -> bool:
        # It is asked by other threads too.
        here = threading.current_thread() is threading.main_thread()
        if here and run.samples.steps > 3 and not killed:
            killed.extend(pid for pid in workers_here() if pid not in before)
            os.kill(killed[0], signal.SIGKILL)
        return False

    run = train(
        "augmented", "naive", "service.workers=1", "fit.epochs=50", "fit.steps_per_epoch=50",
        cancelled=kill, run_environment=Isolated(),
    )  # fmt: skip
    assert run.state is RunState.FAILED
    assert run.failure is not None
    assert f"(process {killed[0]}) was ended from outside (SIGKILL)" in run.failure.what
    assert "lost" in run.failure.what
    assert workers_here() == before


class Isolated(RunEnvironment):
    """As in the process of an isolated run, which this one must not end with."""

    engine = PROCESS


def workers_here() -> list[int]:
    mine = psutil.Process().children()
    return [child.pid for child in mine if "# Worker " in " ".join(child.cmdline())]


def test_the_written_code_delivers_the_same_and_its_workers_end_with_it(
    served: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, data = served("in_memory", "service.workers=1", "batch.batch_size=500")
    code = write(settings, data)
    text = "\n".join([*sorted(code.imports), *code.functions, *code.lines])
    names: dict[str, Any] = {}
    exec(compile(text, "script.py", "exec"), names)
    theirs = names["dataset"]
    ours = build(settings.with_assignments(["service.workers=off"]), data)
    assert theirs.element_spec == ours.element_spec
    for one, other in itertools.islice(zip(ours, theirs, strict=True), 20):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert "start_service" in start_service.__wrapped__.__name__
    # A file of the working directory does not take the place of Python's own module.
    (tmp_path / "threading.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for start in (names["start_service"], names["start_service"].__wrapped__):
        dispatcher, (worker,) = start(1)
        worker.stdin.close()
        assert worker.wait(60) == 0
        dispatcher._stop()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_command_starts_both_and_they_end_cleanly_when_told(tmp_path: Path) -> None:
    def start(*words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "main.py", "service", *words],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def said(server: subprocess.Popen[str], word: str) -> str:
        assert server.stdout is not None
        return next(line for line in server.stdout if word in line)

    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    # At the same time: the worker waits for its dispatcher.
    dispatcher = start("dispatcher", "--port", str(port))
    worker = start("worker", "--dispatcher", f"localhost:{port}")
    try:
        try:
            assert "localhost:" in said(worker, "worker ready")
            assert "1 workers" in said(dispatcher, "registered")
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0
            dispatcher.send_signal(signal.SIGINT)
            assert dispatcher.wait(60) == 0
        finally:
            worker.kill()
            worker.communicate()
    finally:
        dispatcher.kill()
        dispatcher.communicate()
