"""What is said of a pipeline's limit, from what was measured alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.diagnosis.situation import Situation, limit_words, stage_limit
from core.diagnosis.stage_times import stage_times
from core.model.diagnosis import CutRate, Limit
from core.pipeline.graph.graph import PipelineGraph
from core.workloads.augmented import Augmented
from tests.core.diagnosis.simulated import SimulatedBench


@pytest.mark.parametrize(
    ("cores", "said"), [(None, ""), (0.0, " (no core busy)"), (0.94, " (0.9 of 4 cores busy)")]
)
def test_cores_are_named_where_they_were_measured(cores: float | None, said: str) -> None:
    rate = CutRate("map", "map decode", cores=cores)
    words = limit_words(Situation(PipelineGraph(()), 4), Limit.SEQUENTIAL, rate)
    assert words == f"Limit: map decode works on one element after the other{said}."


def test_processor_time_of_something_else_is_no_work_of_a_stage() -> None:
    bench = SimulatedBench(map_s=3e-3, waits=True)
    settings = Augmented().chain.defaults()
    graph = bench.graph(settings)
    busy = {"source": 2.0, "map": 1.9, "batch": 0.3}  # something ran beside it up to the map
    cuts = [
        replace(cut, rate=replace(cut.rate, cores=busy[cut.rate.stage]))
        for cut in bench.cuts(settings)
    ]
    rates = {rate.stage: rate for rate in stage_times(graph, cuts, 32.0).rates}
    assert [rate.cores for rate in rates.values()] == [2.0, 0.3, 0.3]
    assert stage_limit(Situation(graph, 4), rates["map"]) is Limit.STORAGE
