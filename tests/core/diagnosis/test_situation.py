"""What is said of a pipeline's limit, from what was measured alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.diagnosis.candidates import candidates, kind_of_change
from core.diagnosis.cuts import Cut
from core.diagnosis.limit_words import limit_words
from core.diagnosis.segment import Segment
from core.diagnosis.situation import Situation, limit_of, stage_limit
from core.diagnosis.stage_times import StageTimes, stage_times
from core.diagnosis.suggestions import only_you_can
from core.model.diagnosis import Allowed, CutRate, DiagnosisOptions, Limit
from core.model.recorded_call import FunctionSeen, RecordedCall
from core.pipeline.graph.graph import PipelineGraph
from core.pipeline.graph.written_graph import graph_of
from core.workloads.augmented import Augmented
from tests.core.analysis.findings.chains import (
    BATCH,
    CHEAP,
    DEAR,
    PYTHON,
    SOURCE,
    call,
    settings_of,
)
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


def test_without_a_stage_also_what_stands_in_its_function_is_gone() -> None:
    inner = CutRate("map", "map", inside="interleave", stage_s=0.8)
    outer = CutRate("interleave", "interleave", examples_per_s=1.0, stage_s=0.1)
    times = StageTimes((inner, outer), frozenset(), 1.0)
    assert times.without("interleave", 0.5) == pytest.approx(1 / 0.55)
    assert times.without("map") == pytest.approx(5.0)


def test_the_stage_that_an_epoch_begins_with_is_named() -> None:
    now = of(Segment(1.4, 1.14, 0.26, 0.0, 1.0, 40, 1280.0, 1.0, 0.5, 2), pipeline=10e3)
    first_s = {"source": 0.01, "map": 0.02, "batch": 0.4}
    rates = tuple(replace(rate, first_s=first_s[rate.stage]) for rate in now.times.rates)
    now = replace(now, times=replace(now.times, rates=rates))
    limit, stage = limit_of(now)
    assert (limit, stage and stage.stage) == (Limit.TURNAROUND, "batch")
    assert limit_words(now, limit, stage).endswith("to its first batch, most of it at batch).")
    # Where each stage takes its part, none is named.
    even = {"source": 0.1, "map": 0.25, "batch": 0.4}
    rates = tuple(replace(rate, first_s=even[rate.stage]) for rate in rates)
    assert limit_of(replace(now, times=replace(now.times, rates=rates)))[1] is None


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


PREFETCH = call("prefetch", buffer_size=2)


def half_waiting(*calls: RecordedCall, pipeline: float = 400.0) -> Situation:
    """Pipeline and model share the time as if they took turns."""
    settings = settings_of(SOURCE, call("map", function=DEAR), BATCH, *calls)
    at = {"map": 1.0 / pipeline - 1e-6, "batch": 1e-6}
    rates = tuple(
        CutRate(key, key, examples_per_s=pipeline, elements_per_s=pipeline, cores=1.0, stage_s=own)
        for key, own in at.items()
    )
    segment = Segment(1.0, 0.5, 0.48, 0.0, 0.0, 8, 230.0, 1.0, 0.0, 0)
    times = StageTimes(rates, frozenset(), pipeline)
    return Situation(graph_of(settings), 2, (segment,), times, model_examples_per_s=500.0)


@pytest.mark.parametrize(
    "calls",
    [
        (PREFETCH,),
        (PREFETCH, call("take", count=100)),
        (call("map", "last", function=CHEAP, num_parallel_calls=2),),
    ],
)
def test_what_works_ahead_does_not_take_turns_with_the_model(
    calls: tuple[RecordedCall, ...],
) -> None:
    # Other causes make it as slow: cores or a lock that both need, beginnings of epochs.
    now = half_waiting(*calls)
    limit, narrow = limit_of(now)
    assert (limit, narrow and narrow.stage) == (Limit.CORES, "map")
    limit, narrow = limit_of(half_waiting(*calls, pipeline=900.0))
    assert "waited for 62 ms, although they are made ahead" in limit_words(now, limit, narrow)


@pytest.mark.parametrize("calls", [(), (call("prefetch", buffer_size=0),)])
def test_where_nothing_is_made_ahead_the_end_of_the_pipeline_is_named(
    calls: tuple[RecordedCall, ...],
) -> None:
    now = half_waiting(*calls)
    limit, narrow = limit_of(now)
    assert (limit, narrow and narrow.stage) == (Limit.NO_OVERLAP, "batch")
    assert limit_words(now, limit, narrow).endswith("nothing is made ahead behind batch.")


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
    assert titles == ["Write interleave load (line 2) in TensorFlow operations"]


def test_a_reader_is_not_run_in_parallel_by_itself() -> None:
    graph = graph_of(settings_of(call("TFRecordDataset"), call("map", function=DEAR), BATCH))
    now = Situation(graph, 2)
    kinds = [
        stage_limit(now, CutRate(node.key, node.key, cores=1.2))
        for node in graph.all
        if node.kind != "batch"
    ]
    assert kinds == [Limit.SEQUENTIAL, Limit.CORES]


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


def test_a_first_iterator_takes_longer_than_others() -> None:
    graph = graph_of(settings_of(SOURCE, call("map", function=DEAR), call("shuffle"), BATCH))
    firsts = dict(zip((node.key for node in graph.all), (0.06, 0.1, 0.15, 0.08), strict=True))
    cuts = [
        Cut(node, CutRate(node.key, node.key, elements_per_s=100.0, first_s=firsts[node.key]))
        for node in graph.all
    ]
    rates = stage_times(graph, cuts, 32.0).rates
    assert [rate.first_s for rate in rates] == [0.06, 0.08, 0.08, 0.08]


def test_a_generator_is_one_thread_of_python_whatever_else_is_busy() -> None:
    calls = (call("from_generator", function=PYTHON), BATCH)
    rate = CutRate("from_generator", "from_generator", cores=1.6)
    settings = settings_of(*calls)
    now = Situation(graph_of(settings), 2)
    assert stage_limit(now, rate) is Limit.PYTHON_LOCK
    first, *_ = only_you_can(now, Limit.PYTHON_LOCK, rate, settings)
    assert first.title.endswith("or have it yield whole batches")


def test_what_is_taken_apart_in_a_function_has_its_examples_by_bytes() -> None:
    calls = (
        SOURCE,
        call("interleave", function=DEAR),
        call("map", inside="interleave", function=DEAR),
        call("unbatch", inside="interleave", inputs=("map",)),
        BATCH,
    )
    graph = graph_of(settings_of(*calls))
    sizes = {"interleave": 10.0, "map": 80.0, "unbatch": 10.0, "batch": 320.0}
    rates = {"interleave": 100.0, "map": 12.0, "unbatch": 110.0, "batch": 3.0}
    cuts = [
        Cut(node, CutRate(node.key, node.key, inside=node.inside,
                          elements_per_s=rates[node.key], element_bytes=sizes[node.key]))
        for node in graph.all if node.key in rates
    ]  # fmt: skip
    times = stage_times(graph, cuts, 32.0)
    inner = times.rate("map")
    assert inner is not None
    assert inner.examples_per_s == pytest.approx(96.0)
    assert times.narrow is not None
    assert times.narrow.stage == "map"


@pytest.mark.parametrize(
    ("function", "cast_bytes", "told"),
    [
        (CHEAP, 400.0, True),
        (CHEAP, 150.0, False),
        # A file's name becomes an image, a coded image pixels, a number one of 100 places.
        (replace(CHEAP, kinds=("Cast", "DecodeJpeg", "ReadFile")), 50e3, False),
        (replace(CHEAP, kinds=("Cast", "DecodeJpeg")), 400.0, False),
        (replace(CHEAP, kinds=("Cast", "OneHot")), 400.0, False),
        (CHEAP, 50e3, False),
    ],
)
def test_what_grows_by_a_cast_may_stay_small_until_the_model(
    function: FunctionSeen, cast_bytes: float, told: bool
) -> None:
    settings = settings_of(SOURCE, call("map", function=function), BATCH)
    rates = (
        CutRate("from_tensor_slices", "source", examples_per_s=1e4, element_bytes=100.0,
                stage_s=1e-4),
        CutRate("map", "map", examples_per_s=5e3, element_bytes=cast_bytes, stage_s=1e-4),
        CutRate("batch", "batch", "mine.py", 3, cores=2.0, examples_per_s=1e3, stage_s=8e-4),
    )  # fmt: skip
    segment = Segment(1.0, 0.8, 0.2, 0.0, 0.0, 30, 960.0, 2.0, 0.1, 0)
    now = Situation(graph_of(settings), 2, (segment,), StageTimes(rates, frozenset(), 1e3), 5e3)
    limit, narrow = limit_of(now)
    left = candidates(now, limit, narrow, settings, DiagnosisOptions(), 1e9).only_you_can
    smaller = [each for each in left if each.title.startswith("Keep the smaller type")]
    assert bool(smaller) is told
    if told:
        assert smaller[0].stage == "map"
        assert "4 times as large" in smaller[0].why
        assert smaller[0].gain == pytest.approx(1.0 / 3e-4 / 960.0)


@pytest.mark.parametrize(("passes", "told"), [(100.0, True), (950.0, False)])
def test_a_filter_that_keeps_few_belongs_in_front_of_costly_work(passes: float, told: bool) -> None:
    settings = settings_of(SOURCE, call("map", function=DEAR), call("filter"), BATCH)
    rates = (
        CutRate("map", "map", cores=2.0, elements_per_s=1e3, examples_per_s=passes, stage_s=9e-3),
        CutRate("filter", "filter", elements_per_s=passes, examples_per_s=passes, stage_s=1e-3),
    )
    segment = Segment(1.0, 0.8, 0.2, 0.0, 0.0, 3, 90.0, 2.0, 0.1, 0)
    now = Situation(graph_of(settings), 2, (segment,), StageTimes(rates, frozenset(), 100.0), 900.0)
    left = candidates(now, Limit.CORES, rates[0], settings, DiagnosisOptions(), 1e9).only_you_can
    early = [each for each in left if each.title.startswith("Put filter (line 3) in front of map")]
    assert bool(early) is told
    if told:
        assert early[0].why == "it keeps 10 % of what comes to it"
        assert early[0].gain == pytest.approx(1.0 / (1e-2 - 0.9 * 9e-3) / 90.0)


def test_a_second_filter_is_judged_by_what_the_first_leaves() -> None:
    filters = (call("filter", "filter[1]"), call("filter", "filter[2]"))
    settings = settings_of(SOURCE, call("map", function=DEAR), *filters, BATCH)
    rates = (
        CutRate("map", "map", cores=2.0, elements_per_s=1e3, examples_per_s=90.0, stage_s=9e-3),
        CutRate("filter[1]", "filter", elements_per_s=1e2, examples_per_s=90.0, stage_s=1e-3),
        CutRate("filter[2]", "filter", elements_per_s=90.0, examples_per_s=90.0, stage_s=1e-3),
    )
    segment = Segment(1.0, 0.8, 0.2, 0.0, 0.0, 3, 90.0, 2.0, 0.1, 0)
    now = Situation(graph_of(settings), 2, (segment,), StageTimes(rates, frozenset(), 90.0), 900.0)
    left = candidates(now, Limit.CORES, rates[0], settings, DiagnosisOptions(), 1e9).only_you_can
    early = [each.title for each in left if "in front of map" in each.title]
    assert early == [
        "Put filter (line 3) in front of map decode (line 2), as far as it can decide there"
    ]


def test_filters_that_part_the_data_are_told_of_once() -> None:
    keys = ("filter[1]", "filter[2]")
    filters = [call("filter", key, inputs=("map",)) for key in keys]
    sampled = call("sample_from_datasets", inputs=keys)
    settings = settings_of(SOURCE, call("map", function=DEAR), *filters, sampled, BATCH)
    kept = [CutRate(key, "filter", elements_per_s=50.0, examples_per_s=50.0) for key in keys]
    costly = CutRate("map", "map", elements_per_s=1e2, examples_per_s=50.0, stage_s=9e-3)
    rates = (costly, *kept)
    segment = Segment(1.0, 0.8, 0.2, 0.0, 0.0, 3, 90.0, 2.0, 0.1, 0)
    now = Situation(graph_of(settings), 2, (segment,), StageTimes(rates, frozenset(), 90.0), 900.0)
    left = candidates(now, Limit.CORES, rates[0], settings, DiagnosisOptions(), 1e9).only_you_can
    moved = [each.title for each in left if "in front of map" in each.title]
    assert moved == ["Split the data in front of map decode (line 2), or put a cache behind it"]


@pytest.mark.parametrize(
    ("clauses", "kind"),
    [
        (("the remainder that batch drops is no longer dropped",), Allowed.REMAINDER),
        (("f draws random numbers for other batches", "the remainder is kept"), Allowed.OTHER),
        (("f draws random numbers for other batches",), Allowed.AUGMENTATION),
    ],
)
def test_who_allows_repeated_augmentation_allows_no_other_remainder(
    clauses: tuple[str, ...], kind: Allowed
) -> None:
    assert kind_of_change(clauses) is kind
