"""What is left to the person, and with what promise."""

from __future__ import annotations

from core.diagnosis.advice.suggestions import only_you_can
from core.diagnosis.limits import limit_of
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, Limit
from core.pipeline.graph.written_graph import graph_of
from tests.core.analysis.findings.chains import (
    BATCH,
    DEAR,
    SOURCE,
    call,
    settings_of,
)


def test_what_a_skip_leaves_out_is_not_worked_on_where_it_comes_first() -> None:
    calls = (SOURCE, call("map", function=DEAR), call("skip", count=900), BATCH)
    settings = settings_of(*calls)
    firsts = {"from_tensor_slices": 0.001, "map": 0.01, "skip": 0.3, "batch": 0.31}
    rates = tuple(
        CutRate(key, key, examples_per_s=1e3, elements_per_s=1e3, first_s=first_s, stage_s=1e-4)
        for key, first_s in firsts.items()
    )
    segment = Segment(1.0, 0.5, 0.4, 0.0, 0.5, 20, 200.0, 1.0, 0.3, 2)
    times = StageTimes(rates, frozenset(), 1e3)
    now = Situation(graph_of(settings), 2, (segment,), times, 500.0, steps_per_epoch=10)
    limit, narrow = limit_of(now)
    assert (limit, narrow and narrow.stage) == (Limit.TURNAROUND, "skip")
    titles = [each.title for each in only_you_can(now, limit, narrow, settings)]
    assert titles[0] == "Put skip (line 3) in front of map decode (line 2)"


def test_where_skip_counts_other_elements_the_data_are_split_in_front_of_the_work() -> None:
    calls = (SOURCE, call("map", function=DEAR), call("shuffle", buffer_size=9), BATCH)
    settings = settings_of(*calls, call("skip", count=9))
    firsts = {"from_tensor_slices": 0.001, "map": 0.01, "shuffle": 0.02, "batch": 0.03, "skip": 0.3}
    rates = tuple(
        CutRate(key, key, examples_per_s=1e3, elements_per_s=1e3, first_s=first_s, stage_s=1e-3)
        for key, first_s in firsts.items()
    )
    segment = Segment(1.0, 0.6, 0.4, 0.0, 0.6, 100, 100.0, 1.2, 0.3, 2)
    times = StageTimes(rates, frozenset(), 1e3)
    now = Situation(graph_of(settings), 2, (segment,), times, 5e3, steps_per_epoch=50)
    limit, narrow = limit_of(now)
    first, *_ = only_you_can(now, limit, narrow, settings)
    assert (
        first.title == "Split the data in front of map decode (line 2), in place of skip (line 5)"
    )
