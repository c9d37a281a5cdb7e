"""What is said of a pipeline from what was measured of it alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.diagnosis.advice.suggestions import only_you_can
from core.diagnosis.candidates import candidates
from core.diagnosis.limit_words import limit_words
from core.diagnosis.limits import limit_of
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, DiagnosisOptions, Limit
from core.model.recorded_call import RecordedCall
from core.model.training_change import ChangeKind
from core.pipeline.graph.written_graph import graph_of
from core.workloads.augmented import Augmented
from tests.core.analysis.findings.chains import (
    BATCH,
    DEAR,
    PYTHON,
    SOURCE,
    call,
    settings_of,
)


def of(segment: Segment, pipeline: float = 1000.0, model: float = 6000.0) -> Situation:
    """``augmented`` with a source that takes next to nothing, a costly map and cheap batches."""
    settings = Augmented().chain.defaults()
    rates = (
        CutRate("source", "source", "", 0, "", 200e3, 200e3, 1.0, None, 0.0, 3072.0, 5e-6),
        CutRate("map", "map", "", 0, "", 1010.0, 1010.0, 1.0, None, 0.0, 3072.0, 985e-6),
        CutRate("batch", "batch", "", 0, "", pipeline / 32, pipeline, 1.0, None, 0.0, 1e5, 10e-6),
    )
    graph = graph_of(settings, examples=6000, example_bytes=3072)
    times = StageTimes(rates, frozenset(), pipeline)
    return Situation(graph, 2, (segment,), times, model, 0.1)


def test_a_first_batch_that_takes_as_long_as_any_other_is_no_turnaround() -> None:
    # 20 epochs of two batches; each batch takes 32 ms, each second one is waited for 25 ms.
    slow = Segment(1.4, 1.14, 0.26, 0.0, 0.64, 40, 1280.0, 1.0, 0.032, 20)
    now = of(slow)
    assert now.turnaround_percent == pytest.approx(0.0)
    assert now.wait_percent == pytest.approx(now.percent("input_wait_s"))
    assert limit_of(now)[0] is Limit.SEQUENTIAL
    # So it is where the first batch of all took long: TensorFlow sets up more for it.
    assert replace(
        now, steps_per_epoch=2, segments=(replace(slow, first_s=0.3),)
    ).turnaround_percent == pytest.approx(0.0)
    # The same with half a second before the first batch of each of 2 epochs.
    fills = Segment(1.4, 1.14, 0.26, 0.0, 1.0, 40, 1280.0, 1.0, 0.5, 2)
    assert limit_of(of(fills, pipeline=10e3))[0] is Limit.TURNAROUND


def test_a_stage_that_takes_little_promises_little_whatever_training_loses_elsewhere() -> None:
    # Pipeline and model hinder each other: 800 examples/s of the 1,000 that the pipeline can do.
    contended = Segment(1.0, 0.8, 0.2, 0.0, 0.0, 25, 800.0, 2.0, 0.03, 0)
    now = of(contended)
    settings = Augmented().chain.defaults()
    offered = candidates(now, Limit.CORES, now.times.rate("map"), settings, DiagnosisOptions(), 1e9)
    titles = [candidate.title for candidate in offered.to_try]
    assert any("at map" in title for title in titles)
    assert not any("cache" in title for title in titles)


def test_the_stage_that_an_epoch_begins_with_is_named() -> None:
    now = of(Segment(1.4, 1.14, 0.26, 0.0, 1.0, 40, 1280.0, 1.0, 0.5, 2), pipeline=10e3)
    first_s = {"source": 0.01, "map": 0.02, "batch": 0.4}
    rates = tuple(replace(rate, first_s=first_s[rate.stage]) for rate in now.times.rates)
    now = replace(now, times=replace(now.times, rates=rates))
    limit, stage = limit_of(now)
    assert (limit, stage and stage.stage) == (Limit.TURNAROUND, "batch")
    assert limit_words(now, limit, stage).endswith("to its first batch, most of it at batch).")
    # Where each stage takes its part, the one is named whose work is most.
    even = {"source": 0.1, "map": 0.25, "batch": 0.4}
    rates = tuple(replace(rate, first_s=even[rate.stage]) for rate in rates)
    now = replace(now, times=replace(now.times, rates=rates))
    limit, stage = limit_of(now)
    assert limit_words(now, limit, stage).endswith("to its first batch; the slowest stage is map).")


def test_a_buffer_that_fills_is_named_with_the_work_that_fills_it() -> None:
    settings = Augmented().chain.defaults().with_values({"shuffle.buffer_size": 1000})
    rates = (
        CutRate("map", "map", "mine.py", 7, stage_s=1e-3, first_s=0.01),
        CutRate("shuffle", "shuffle", "mine.py", 8, first_s=0.5, stage_s=0.0),
    )
    fills = of(Segment(1.4, 1.14, 0.26, 0.0, 1.0, 40, 1280.0, 1.0, 0.5, 2))
    now = replace(fills, graph=graph_of(settings), times=StageTimes(rates))
    words = limit_words(now, Limit.TURNAROUND, now.times.slow_to_begin)
    assert words.endswith("most of it at shuffle (mine.py:8) behind map (mine.py:7)).")


INTERLEAVED = (
    SOURCE,
    call("interleave", cycle_length=4, num_parallel_calls=4, function=DEAR),
    call("from_tensor_slices", "slices", inside="interleave"),
    BATCH,
)


def interleaving(*calls: RecordedCall, slices: float, cores: float = 1.0) -> Situation:
    """An interleave of 100 examples/s, of which the first dataset in its function has its own."""
    rates = (
        CutRate("from_tensor_slices", "source", examples_per_s=1e5, stage_s=1e-5),
        CutRate("interleave", "interleave", "mine.py", 2, cores=cores, examples_per_s=100.0,
                elements_per_s=100.0, stage_s=1e-2),
        CutRate("from_tensor_slices[slices]", "slices", inside="interleave",
                examples_per_s=slices, stage_s=0.0),
    )  # fmt: skip
    segment = Segment(1.0, 0.8, 0.2, 0.0, 0.0, 3, 96.0, cores, 0.1, 0)
    return Situation(
        graph_of(settings_of(*calls)), 2, (segment,), StageTimes(rates, frozenset(), 100.0), 900.0
    )


def test_the_function_of_interleave_itself_is_called_once_at_a_time() -> None:
    now = interleaving(*INTERLEAVED, slices=110.0)
    limit, narrow = limit_of(now)
    assert (limit, narrow and narrow.stage) == (Limit.SEQUENTIAL, "interleave")
    offered = candidates(
        now, limit, narrow, settings_of(*INTERLEAVED), DiagnosisOptions(), ram_bytes=1e9
    )
    everything = [*offered.to_try, *offered.not_allowed]
    assert not any("num_parallel_calls" in each.title for each in everything)
    titles = [each.title for each in offered.only_you_can]
    assert any(title.startswith("Do the work of decode in a map with parallel") for title in titles)
    # Where the datasets that it gives are slow, more of them are read at the same time.
    reads = interleaving(*INTERLEAVED, slices=1e5, cores=0.1)
    limit, narrow = limit_of(reads)
    assert limit is Limit.STORAGE
    offered = candidates(
        reads, limit, narrow, settings_of(*INTERLEAVED), DiagnosisOptions(), ram_bytes=1e9
    )
    assert any("num_parallel_calls=32" in each.title for each in offered.not_allowed)


@pytest.mark.parametrize("inner", [None, "batch"])
def test_a_function_that_makes_no_data_does_not_work_itself(inner: str | None) -> None:
    # flat_map(lambda window: window), or window.batch(8): it takes what it is given.
    nested = () if inner is None else (call(inner, "slices", inside="interleave"),)
    calls = (*INTERLEAVED[:2], *nested, BATCH)
    now = interleaving(*calls, slices=110.0)
    *outer, first = now.times.rates
    rates = (*outer, replace(first, stage="batch[slices]"))
    now = replace(now, times=replace(now.times, rates=rates))
    assert not now.works_in_function(now.graph.by_key["interleave"])


def test_as_many_calls_as_files_in_turn_leave_the_order_alone() -> None:
    calls = (SOURCE, call("interleave", cycle_length=4), *INTERLEAVED[2:])
    now = interleaving(*calls, slices=1e5, cores=0.1)
    limit, narrow = limit_of(now)
    offered = candidates(now, limit, narrow, settings_of(*calls), DiagnosisOptions(), 1e9)
    assert any("num_parallel_calls=4" in each.title for each in offered.to_try)
    assert not any("num_parallel_calls=32" in each.title for each in offered.to_try)


def test_parallel_calls_are_no_remedy_for_python_in_a_function() -> None:
    calls = (SOURCE, call("interleave", function=PYTHON), *INTERLEAVED[2:])
    now = interleaving(*calls, slices=110.0, cores=1.0)
    limit, narrow = limit_of(now)
    assert limit is Limit.PYTHON_LOCK
    titles = [each.title for each in only_you_can(now, limit, narrow, settings_of(*calls))]
    (title,) = titles
    assert title.startswith("Write interleave load (line 2) in TensorFlow operations")


@pytest.mark.parametrize(
    ("allow", "is_tried"),
    [
        ((), False),
        ((ChangeKind.AUGMENTATION,), False),
        ((ChangeKind.REMAINDER,), False),
        ((ChangeKind.AUGMENTATION, ChangeKind.REMAINDER), True),
    ],
)
def test_what_changes_the_training_in_two_ways_needs_leave_for_both(
    allow: tuple[ChangeKind, ...], is_tried: bool
) -> None:
    random = replace(PYTHON, python=False, random=True)
    settings = settings_of(
        SOURCE,
        call("batch", "batch[1]", batch_size=4, drop_remainder=True),
        call("map", function=random),
        call("unbatch", name=None),
        call("batch", "batch[2]"),
    )
    rates = tuple(
        CutRate(key, key, examples_per_s=1e3, elements_per_s=250.0, cores=1.0,
                stage_s=1e-3 if key == "unbatch" else 0.0)
        for key in ("from_tensor_slices", "batch[1]", "map", "unbatch", "batch[2]")
    )  # fmt: skip
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 10, 100.0, 0.1, 0.1, 0)
    now = Situation(graph_of(settings), 2, (segment,), StageTimes(rates, frozenset(), 1e3), 5e3)
    options = DiagnosisOptions(allow=allow)
    offered = candidates(now, Limit.SEQUENTIAL, now.times.narrow, settings, options, 1e9)
    without = {"unbatch.enabled": False}
    assert any(each.changes == without for each in offered.to_try) is is_tried
    told = [each.why for each in offered.not_allowed if each.stage == "unbatch"]
    assert ["allow augmentation, remainder" in why for why in told] == [True] * (not is_tried)


@pytest.mark.parametrize(("cores", "is_offered"), [(0.1, False), (1.0, True)])
def test_a_map_that_waits_is_not_given_whole_batches(cores: float, is_offered: bool) -> None:
    # It would wait for one after the other, and what fetches one thing may wait without end.
    settings = settings_of(SOURCE, call("map", function=PYTHON), BATCH)
    rates = tuple(
        CutRate(key, key, examples_per_s=rate, elements_per_s=rate, cores=cores, stage_s=own)
        for key, rate, own in (("from_tensor_slices", 1e6, 1e-6), ("map", 100.0, 1e-2))
    )
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 10, 100.0, 0.1, 0.1, 0)
    now = Situation(graph_of(settings), 2, (segment,), StageTimes(rates, frozenset(), 100.0), 1e3)
    limit, narrow = limit_of(now)
    # Of whole batches a person has to say whether they are the same training.
    offered = candidates(now, limit, narrow, settings, DiagnosisOptions(), 1e9)
    titles = [each.title for each in (*offered.to_try, *offered.not_allowed)]
    assert any(title.startswith("batch in front") for title in titles) is is_offered


@pytest.mark.parametrize(
    ("alone_s", "limit"),
    [
        pytest.param(0.01, Limit.HOST, id="Keras takes as long beside one batch"),
        pytest.param(0.003, Limit.PYTHON_LOCK, id="far longer than Keras takes"),
        pytest.param(None, Limit.PYTHON_LOCK, id="not measured"),
    ],
)
def test_time_between_steps_is_the_lock_where_it_is_far_more_than_that_of_keras(
    alone_s: float | None, limit: Limit
) -> None:
    settings = settings_of(SOURCE, call("map", function=PYTHON), BATCH)
    rate = CutRate("map", "map", examples_per_s=1e5, elements_per_s=1e5, cores=1.0, stage_s=1e-5)
    segment = Segment(1.0, 0.02, 0.83, 0.0, 0.0, 10, 320.0, 1.0, 0.01, 0)
    times = StageTimes((rate,), frozenset(), 1e5)
    now = Situation(graph_of(settings), 2, (segment,), times, 380.0, model_host_s=alone_s)
    assert limit_of(now)[0] is limit
