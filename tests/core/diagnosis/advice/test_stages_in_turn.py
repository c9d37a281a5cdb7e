"""Stages that work one after the other."""

from __future__ import annotations

import pytest

from core.diagnosis.advice.suggestions import only_you_can
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, Limit
from core.model.recorded_call import RecordedCall
from core.pipeline.graph.written_graph import graph_of
from tests.core.analysis.findings.chains import (
    BATCH,
    DEAR,
    PYTHON,
    call,
    settings_of,
)


@pytest.mark.parametrize(
    ("between", "cores", "told"),
    [((), 0.6, True), ((call("prefetch", buffer_size=2),), 0.6, False), ((), 2.0, False)],
)
def test_two_stages_that_work_in_turn_are_told_to_overlap(
    between: tuple[RecordedCall, ...], cores: float, told: bool
) -> None:
    generator = call("from_generator", function=PYTHON)
    settings = settings_of(generator, *between, call("scan", function=DEAR), BATCH)
    own_s = {"from_generator": 6e-3, "scan": 4e-3}
    rates = tuple(
        CutRate(node.key, node.key, examples_per_s=100.0, elements_per_s=100.0, cores=cores,
                stage_s=own_s.get(node.key, 0.0))
        for node in graph_of(settings).all
    )  # fmt: skip
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 30, 100.0, 1.2, 0.1, 0)
    now = Situation(graph_of(settings), 2, (segment,), StageTimes(rates, frozenset(), 100.0), 5e3)
    left = only_you_can(now, Limit.STORAGE, rates[0], settings)
    between_them = [each for each in left if each.title.startswith("Put prefetch behind from_gen")]
    assert bool(between_them) is told
    if told:
        assert between_them[0].gain == pytest.approx(10.0 / 6.0)
