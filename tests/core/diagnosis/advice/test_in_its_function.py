"""Functions that take the time themselves, not the datasets that they give."""

from __future__ import annotations

import pytest

from core.diagnosis.advice.suggestions import only_you_can
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, Limit
from core.pipeline.graph.written_graph import graph_of
from tests.core.analysis.findings.chains import (
    BATCH,
    SOURCE,
    call,
    settings_of,
)
from tests.core.diagnosis.advice.titles import advice


@pytest.mark.parametrize("narrow", ["window", "flat_map", "batch[1]"])
def test_windows_of_an_array_need_no_datasets(narrow: str) -> None:
    inner = call("batch", "batch[1]", inside="flat_map")
    batch = call("batch", "batch[2]", inputs=("flat_map",))
    first, *_ = advice(narrow, SOURCE, call("window", size=8), call("flat_map"), inner, batch)
    assert first.startswith("Take windows of the whole array: Dataset.range")


def test_windows_taken_of_the_array_save_all_that_makes_and_joins_them() -> None:
    inner = call("batch", "batch[1]", inside="flat_map")
    calls = (SOURCE, call("window", size=8), call("flat_map"), inner, BATCH)
    settings = settings_of(*calls)
    own_s = {"window": 4e-4, "flat_map": 3e-4, "batch[1]": 1e-4}
    rates = tuple(
        CutRate(node.key, node.key, examples_per_s=1e3, elements_per_s=1e3, cores=1.0,
                stage_s=own_s.get(node.key, 0.0))
        for node in graph_of(settings).all
    )  # fmt: skip
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 30, 1e3, 1.2, 0.1, 0)
    times = StageTimes(rates, frozenset(), 1e3)
    now = Situation(graph_of(settings), 2, (segment,), times, 9e3)
    first, *_ = only_you_can(now, Limit.SEQUENTIAL, times.narrow, settings)
    assert first.gain == pytest.approx(5.0)
