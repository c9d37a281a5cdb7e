"""What AUTOTUNE chose, when, and what it cost in memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.stages.autotune import NOTHING_TUNED, autotune_view
from core.model.measured.executed import NodeReading, PipelineReading
from core.model.run import Run
from core.workloads.catalogue import workload
from tests.builders import even_samples, run_of

SETTINGS = (
    workload("augmented")
    .chain.defaults()
    .with_values({"map.num_parallel_calls": "autotune", "prefetch.buffer_size": "autotune"})
)


def node(key: str, calls: float | None, size: float | None, held: int = 0) -> NodeReading:
    name = key.rpartition("/")[2]
    tuned = calls is not None or size is not None
    return NodeReading(key, name, key.count("/"), False, 1, 9, 0.1, 0, held, calls, size, tuned)


def reading(at_s: float, calls: float, size: float, held: int) -> PipelineReading:
    way = ("Root", "Root/Prefetch", "Root/Prefetch/BatchV2", "Root/Prefetch/BatchV2/ParallelMapV2")
    nodes = (
        node(way[0], None, None),
        node(way[1], None, size, held),
        node(way[2], None, None),
        node(way[3], calls, None, 1_000_000),
        node(f"{way[3]}/TensorSlice", None, None),
    )
    return PipelineReading(at_s, nodes, ram_budget_bytes=500e6)


def run_with(*readings: PipelineReading) -> Run:
    return replace(run_of(even_samples(60, 1)), pipeline=readings)


def test_each_choice_is_named_by_its_stage_and_followed_over_time() -> None:
    run = run_with(reading(1, 2, 1, 0), reading(2, 4, 8, 24_000_000), reading(3, 2, 8, 9_000_000))
    view = autotune_view(run, SETTINGS)
    assert {choice.name: choice.values.tolist() for choice in view.choices} == {
        "map: parallel calls": [2, 4, 2],
        "prefetch: buffer size": [1, 8, 8],
    }
    assert view.at_s.tolist() == [1, 2, 3]
    assert view.buffered_bytes == pytest.approx(np.array([1e6, 25e6, 10e6]))
    assert {buffer.stage: buffer.held_bytes.tolist() for buffer in view.buffers} == {
        "map": [1e6, 1e6, 1e6],
        "prefetch": [0, 24e6, 9e6],
    }
    assert view.budget_bytes == 500e6
    assert view.text == (
        "AUTOTUNE's last choice: map: parallel calls 2 (at most 4), prefetch: buffer size 8. "
        "Buffers held at most 25.0 MB, 5.0 % of the 500 MB that AUTOTUNE allows itself."
    )


def test_where_nothing_is_tuned_it_says_so_and_still_counts_the_memory() -> None:
    plain = reading(1, 2, 1, 3_000_000)
    fixed = replace(plain, nodes=tuple(replace(one, tuned=False) for one in plain.nodes))
    view = autotune_view(run_with(replace(fixed, ram_budget_bytes=None)), SETTINGS)
    assert view.choices == ()
    assert view.text == f"{NOTHING_TUNED} Buffers held at most 4.00 MB."


def test_without_readings_nothing_is_said() -> None:
    view = autotune_view(run_of(even_samples(60, 1)), SETTINGS)
    assert (view.choices, view.text, len(view.at_s)) == ((), "", 0)
