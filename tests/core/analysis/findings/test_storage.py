"""Whether readers overload a storage or leave it idle: by runs with more and with fewer of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.findings import Finding, Severity, findings
from core.analysis.findings.measured import Records, with_measured
from core.analysis.findings.storage import reader_knobs, storage_use
from core.model.kinds import Value
from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.model.run import Run
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.recorded_chain.chain import user_code_chain
from core.workloads.catalogue import workload
from tests.builders import even_samples, recorded_resources, run_of

OVERLOADED, IDLE, WAITS = "storage_overloaded", "storage_idle", "storage_waits"
CHAIN = workload("npz_shards").chain
DISK: dict[str, Value] = {
    "source.storage": "disk",
    "interleave.num_parallel_calls": "autotune",
    "fit.device": "emulated:10",
}


def run(wait_s: float, cores: int = 8, **changes: Value) -> Run:
    """A run that keeps 1.2 cores busy and waits so long for each batch."""
    values = CHAIN.defaults().with_values({**DISK, **_ids(changes)})
    made = run_of(
        even_samples(100, wait_s=wait_s),
        workload="npz_shards",
        values=dict(values),
        emulations=("emulated disk 50 ms + 10 ms a seek",),
    )
    return replace(made, environment={"cores": cores}, resources=recorded_resources())


def of_storage(*runs: Run, **changes: Value) -> list[Finding]:
    settings = CHAIN.defaults().with_values({**DISK, **_ids(changes)})
    every = with_measured(findings(settings), settings, Records("npz_shards", runs))
    return [finding for finding in every if finding.key in (OVERLOADED, IDLE, WAITS)]


def _ids(changes: dict[str, Value]) -> dict[str, Value]:
    return {key.replace("__", "."): value for key, value in changes.items()}


def test_fewer_readers_that_were_faster_are_an_overloaded_storage() -> None:
    few = run(0.02, interleave__cycle_length=2)
    (finding,) = of_storage(few, run(0.06), run(0.06, interleave__cycle_length=8))
    assert (finding.key, finding.severity) == (OVERLOADED, Severity.COSTLY)
    assert finding.stage == "interleave"
    assert dict(finding.change) == {"interleave.cycle_length": 2}
    assert "1 run against 1 run, timed in the loop, emulated disk 50 ms" in finding.why
    assert "1.20 cores are busy" in finding.why


def test_more_readers_that_were_faster_are_a_storage_that_is_not_used_enough() -> None:
    many = run(0.02, interleave__cycle_length=16)
    (finding,) = of_storage(run(0.06), run(0.05, interleave__cycle_length=8), many)
    assert (finding.key, finding.severity) == (IDLE, Severity.COSTLY)
    assert dict(finding.change) == {"interleave.cycle_length": 16}


def test_one_file_after_the_other_has_fewer_readers_than_any_parallel_interleave() -> None:
    sequential = run(0.02, interleave__num_parallel_calls="off", interleave__cycle_length=16)
    (finding,) = of_storage(sequential, run(0.06))
    assert finding.key == OVERLOADED
    assert finding.change["interleave.num_parallel_calls"] == "off"


def test_a_pipeline_that_waits_and_was_never_read_otherwise_asks_for_a_sweep() -> None:
    (finding,) = of_storage(run(0.06))
    assert (finding.key, finding.severity) == (WAITS, Severity.HINT)
    assert "interleave.cycle_length" in finding.remedy


@pytest.mark.parametrize(
    "runs",
    [
        (),
        (run(0.0005),),
        (run(0.06, cores=1),),
        (run(0.06), run(0.058, interleave__cycle_length=8)),
    ],
    ids=["no run", "hardly any wait", "cores that are busy", "more readers alike"],
)
def test_nothing_is_said_where_nothing_shows_it(runs: tuple[Run, ...]) -> None:
    assert of_storage(*runs) == []


def test_runs_that_differ_in_more_than_their_readers_say_nothing() -> None:
    other = run(0.02, interleave__cycle_length=2, map__num_parallel_calls=4)
    (finding,) = of_storage(other, run(0.06))
    assert finding.key == WAITS


def test_a_cycle_length_that_is_left_to_tensorflow_is_as_many_readers_as_cores() -> None:
    call = RecordedCall(
        "interleave",
        "interleave",
        (Site("train.py", 3),),
        {"cycle_length": None, "num_parallel_calls": "autotune"},
        function=FunctionSeen("read"),
    )
    chain = user_code_chain((call,))
    settings = chain.defaults()
    node = graph_of(settings).by_key["interleave"]
    knobs = reader_knobs(node)
    assert settings[knobs[0]] == "default"
    slow, fast = run(0.06), run(0.02)
    fewer = settings.with_values({knobs[0]: 2})
    (finding,) = storage_use(node, settings, [(slow, settings), (fast, fewer)])
    assert (finding.key, finding.change) == (OVERLOADED, {knobs[0]: 2})
