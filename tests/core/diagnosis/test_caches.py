"""Caches that are tried: where they stand, and what they come in place of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.diagnosis.candidate import Candidate
from core.diagnosis.candidates import candidates
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, DiagnosisOptions, Limit
from core.model.recorded_call import RecordedCall
from core.model.settings import Settings
from core.pipeline.graph.written_graph import graph_of
from tests.core.analysis.findings.chains import BATCH, DEAR, RANDOM, SOURCE, call, settings_of

FEW = replace(SOURCE, elements=100)
SHUFFLE = call("shuffle", buffer_size=9)
WORK = call("map", function=DEAR)


@pytest.mark.parametrize(
    ("calls", "added"),
    [
        pytest.param((WORK, BATCH), "cache[added]", id="the same in every epoch"),
        pytest.param((WORK, SHUFFLE, BATCH), "cache[added]", id="in front of a shuffle"),
        pytest.param((SHUFFLE, WORK, BATCH), "cache[before_shuffle]", id="behind a shuffle"),
        pytest.param((call("map", function=RANDOM), BATCH), "", id="random"),
        pytest.param((call("take", count=5), WORK, BATCH), "cache[added]", id="part of it"),
        pytest.param((WORK, call("take", count=5), BATCH), "cache[added]", id="what take leaves"),
    ],
)
def test_a_cache_in_front_of_work_that_never_changes_is_tried_behind_it(
    calls: tuple[RecordedCall, ...], added: str
) -> None:
    settings = settings_of(FEW, call("cache"), *calls)
    graph = graph_of(settings)
    rates = tuple(
        CutRate(node.key, node.key, examples_per_s=1e4 if node.key == "cache" else 1e3,
                elements_per_s=1e3, cores=2.0, stage_s=1e-3 if node.kind == "map" else 0.0,
                element_bytes=1e3)
        for node in graph.all
    )  # fmt: skip
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 30, 900.0, 1.2, 0.1, 0)
    now = Situation(
        graph, 2, (segment,), StageTimes(rates, frozenset(), 1e3), 5e3,
        elements={node.key: 100 for node in graph.all},
    )  # fmt: skip
    narrow = now.times.rate("map")
    offered = candidates(now, Limit.CORES, narrow, settings, DiagnosisOptions(), 1e9)
    moved = [each for each in offered.to_try if "in place of cache (line 2)" in each.title]
    assert [dict(each.changes) for each in moved] == (
        [{"cache.enabled": False, f"{added}.enabled": True}] if added else []
    )


def test_where_a_buffer_fills_slowly_a_cache_in_front_of_it_is_tried() -> None:
    settings = settings_of(call("TFRecordDataset"), WORK, call("shuffle", buffer_size=9000), BATCH)
    firsts = {"tfrecord": 0.01, "map": 0.02, "shuffle": 0.7, "batch": 0.7}
    rates = tuple(
        CutRate(key, key, examples_per_s=2e4, elements_per_s=2e4, cores=2.0, stage_s=1e-5,
                element_bytes=1e3, first_s=first_s)
        for key, first_s in firsts.items()
    )  # fmt: skip
    # No epoch was seen to end: its beginning is not in this throughput.
    segment = Segment(2.0, 0.1, 1.7, 0.0, 0.0, 340, 10880.0, 1.2, 0.8, 0)
    now = Situation(
        graph_of(settings), 2, (segment,), StageTimes(rates, frozenset(), 6e5), 5440.0,
        steps_per_epoch=281, elements={"map": 9000},
    )  # fmt: skip
    offered = candidates(now, Limit.TURNAROUND, None, settings, DiagnosisOptions(), 1e9)
    (cache,) = [each for each in offered.to_try if each.title.startswith("cache behind map")]
    assert cache.expected == pytest.approx(1.0 / (1.0 - now.turnaround_percent / 100.0), rel=0.01)
    told = {each.title: each.gain for each in offered.only_you_can}
    assert told["A smaller buffer in shuffle (line 3), which mixes less"] == cache.expected


def test_nothing_is_kept_anew_in_front_of_a_cache() -> None:
    settings = settings_of(FEW, WORK, call("cache"), BATCH)
    assert not [knob for knob in settings if knob.startswith("cache[")]


@pytest.mark.parametrize(
    ("calls", "fits"),
    [
        pytest.param((), False, id="one iterator for all epochs"),
        pytest.param((call("repeat"),), True, id="read again and again"),
    ],
)
def test_a_cache_that_nothing_would_read_twice_is_not_tried(
    calls: tuple[RecordedCall, ...], fits: bool
) -> None:
    settings = settings_of(SOURCE, WORK, BATCH, *calls).with_values({"fit.steps_per_epoch": 5})
    assert bool(caches_of(settings, elements={"map": 100})) is fits


def test_of_what_makes_whole_batches_a_cache_keeps_as_many_as_an_epoch_has() -> None:
    (cache,) = caches_of(settings_of(call("TFRecordDataset"), WORK))
    # 3 epochs were 30 steps of 30 examples: each of 10 elements, and of 1 kB.
    assert cache.memory_bytes == pytest.approx(10e3)


def caches_of(settings: Settings, **more: Any) -> list[Candidate]:
    """Caches that are tried where the map takes nearly all of the time."""
    graph = graph_of(settings)
    rates = tuple(
        CutRate(node.key, node.key, examples_per_s=1e3, elements_per_s=1e3, cores=2.0,
                stage_s=1e-3 if node.kind == "map" else 0.0, element_bytes=1e3)
        for node in graph.all
    )  # fmt: skip
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 30, 900.0, 1.2, 0.1, 3)
    times = StageTimes(rates, frozenset(), 1e3)
    now = Situation(graph, 2, (segment,), times, 5e3, **more)
    narrow = now.times.rate("map")
    offered = candidates(now, Limit.CORES, narrow, settings, DiagnosisOptions(), 1e9)
    return [each for each in offered.to_try if each.title.startswith("cache")]
