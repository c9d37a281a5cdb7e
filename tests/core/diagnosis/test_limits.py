"""What limits, by what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.diagnosis.advice.suggestions import only_you_can
from core.diagnosis.candidates import candidates
from core.diagnosis.limit_words import limit_words
from core.diagnosis.limits import limit_of, stage_limit
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, DiagnosisOptions, Limit
from core.model.kinds import Value
from core.model.recorded_call import RecordedCall
from core.pipeline.graph.graph import PipelineGraph
from core.pipeline.graph.written_graph import graph_of
from tests.core.analysis.findings.chains import (
    BATCH,
    CHEAP,
    DEAR,
    PYTHON,
    SOURCE,
    call,
    settings_of,
)


@pytest.mark.parametrize(
    ("cores", "said"), [(None, ""), (0.0, " (no core busy)"), (0.94, " (0.9 of 4 cores busy)")]
)
def test_cores_are_named_where_they_were_measured(cores: float | None, said: str) -> None:
    rate = CutRate("map", "map decode", cores=cores)
    words = limit_words(Situation(PipelineGraph(()), 4), Limit.SEQUENTIAL, rate)
    assert words == f"Limit: map decode works on one element after the other{said}."


PREFETCH = call("prefetch", buffer_size=2)

PARALLEL = call("map", function=DEAR, num_parallel_calls="autotune")


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
    ("turnaround_s", "model", "pipeline", "limit"),
    [
        (0.07, 400.0, 370.0, Limit.CORES),
        (0.07, 330.0, 370.0, Limit.HOST),
        (0.0, 400.0, 370.0, Limit.HOST),
        (0.07, 400.0, 1000.0, Limit.HOST),
    ],
)
def test_keras_is_not_the_limit_where_the_pipeline_costs_more_in_two_ways(
    turnaround_s: float, model: float, pipeline: float, limit: Limit
) -> None:
    now = half_waiting(pipeline=pipeline)
    busy_s = 1.0 - 0.08 - turnaround_s - 0.12
    segment = Segment(1.0, 0.08, busy_s, turnaround_s, 0.0, 8, 320.0, 1.0, 0.0, 2)
    found, _ = limit_of(replace(now, segments=(segment,), model_examples_per_s=model))
    assert found is limit


@pytest.mark.parametrize(
    "calls",
    [
        (PREFETCH,),
        (PREFETCH, call("take", count=100)),
        pytest.param((), id="TensorFlow puts in a prefetch"),
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
    assert "the model waits 62 ms for each batch, although" in limit_words(now, limit, narrow)


NOT_PUT_IN = call("with_options", options="experimental_optimization.inject_prefetch=False")


@pytest.mark.parametrize("calls", [(NOT_PUT_IN,), (call("prefetch", buffer_size=0),)])
def test_where_nothing_is_made_ahead_the_end_of_the_pipeline_is_named(
    calls: tuple[RecordedCall, ...],
) -> None:
    now = half_waiting(*calls)
    limit, narrow = limit_of(now)
    assert (limit, narrow and narrow.stage) == (Limit.NO_OVERLAP, "batch")
    assert limit_words(now, limit, narrow).endswith("nothing is made ahead behind batch.")


@pytest.mark.parametrize("calls", [None, "autotune"])
def test_a_private_pool_with_fewer_threads_than_cores_is_the_limit(calls: str | None) -> None:
    changed: dict[str, Value] = {"options.private_threadpool_size": 2}
    options = call("with_options", options="threading.private_threadpool_size=1")
    work = call("map", function=DEAR, num_parallel_calls=calls)
    settings = settings_of(SOURCE, work, BATCH, PREFETCH, options)
    now = replace(half_waiting(), graph=graph_of(settings))
    limit, narrow = limit_of(now)
    assert limit is Limit.SEQUENTIAL
    words = limit_words(now, limit, narrow)
    assert words == "Limit: map has a private pool of 1 thread for its calls (1.0 of 2 cores busy)."
    offered = candidates(now, limit, narrow, settings, DiagnosisOptions(), 1e9).to_try
    assert changed in [dict(each.changes) for each in offered]
    # What the settings say comes before what the code says.
    assert graph_of(settings.with_values(changed)).threads == 2


def test_cores_are_the_limit_only_where_the_whole_pipeline_uses_them() -> None:
    now = half_waiting(NOT_PUT_IN)
    narrow, last = now.times.rates
    busy = replace(narrow, stage="from_tensor_slices", cores=2.0)
    assert stage_limit(now, busy) is Limit.SEQUENTIAL
    times = replace(now.times, rates=(narrow, replace(last, cores=2.0)))
    # To hand elements from thread to thread takes cores too, and no more of them help.
    assert stage_limit(replace(now, times=times), busy) is Limit.SEQUENTIAL
    faster = replace(busy, examples_per_s=2.0 * (busy.examples_per_s or 0.0))
    assert stage_limit(replace(now, times=times), faster) is Limit.CORES


@pytest.mark.parametrize(
    ("calls", "cores", "limit"),
    [
        ((SOURCE, call("filter", function=CHEAP), BATCH), 2, Limit.SEQUENTIAL),
        ((SOURCE, call("filter", function=CHEAP), BATCH), 4, Limit.CORES),
        ((SOURCE, PARALLEL, call("filter", function=CHEAP), BATCH), 2, Limit.CORES),
        ((SOURCE, call("filter", function=CHEAP), PARALLEL, BATCH), 2, Limit.SEQUENTIAL),
    ],
)
def test_a_filter_behind_nothing_parallel_is_sequential_however_busy_two_cores_seem(
    calls: tuple[RecordedCall, ...], cores: int, limit: Limit
) -> None:
    now = Situation(graph_of(settings_of(*calls)), cores)
    assert stage_limit(now, CutRate("filter", "filter", cores=0.95 * cores)) is limit


def test_a_reader_is_not_run_in_parallel_by_itself() -> None:
    graph = graph_of(settings_of(call("TFRecordDataset"), call("map", function=DEAR), BATCH))
    now = Situation(graph, 2)
    kinds = [
        stage_limit(now, CutRate(node.key, node.key, cores=1.2))
        for node in graph.all
        if node.kind != "batch"
    ]
    assert kinds == [Limit.SEQUENTIAL, Limit.CORES]


def test_what_an_endless_pipeline_begins_with_counts_once_for_the_whole_training() -> None:
    calls = (SOURCE, call("map", function=DEAR), call("shuffle", buffer_size=5000), BATCH)
    settings = settings_of(*calls)
    rates = tuple(
        CutRate(key, key, examples_per_s=1e3, elements_per_s=1e3, first_s=first_s, stage_s=1e-4)
        for key, first_s in {"map": 0.01, "shuffle": 1.4, "batch": 1.4}.items()
    )
    segment = Segment(1.0, 0.02, 0.9, 0.0, 0.0, 100, 3200.0, 1.0, 1.4, 0)
    times = StageTimes(rates, frozenset(), 5e3)
    now = Situation(
        graph_of(settings), 2, (segment,), times, 3300.0, endless=True, training_steps=100
    )
    limit, narrow = limit_of(now)
    assert (limit, narrow and narrow.stage) == (Limit.TURNAROUND, "shuffle")
    words = limit_words(now, limit, narrow)
    assert words.startswith("Limit: the beginning of the training takes 58 % of the time (1.4 s to")
    titles = [each.title for each in only_you_can(now, limit, narrow, settings)]
    assert titles[0] == "A smaller buffer in shuffle (line 3), which mixes less"
    # In a long training it is next to nothing.
    assert limit_of(replace(now, training_steps=10_000))[0] is not Limit.TURNAROUND


def test_one_iterator_for_all_epochs_gains_no_more_than_the_pipeline_delivers() -> None:
    calls = (
        SOURCE,
        call("shuffle", "shuffle[files]"),
        call("map", function=DEAR),
        call("shuffle", "shuffle[examples]", buffer_size=5000),
        BATCH,
    )
    settings = settings_of(*calls)
    firsts = {"shuffle[files]": 0.01, "map": 0.02, "shuffle[examples]": 0.5, "batch": 0.5}
    rates = tuple(
        CutRate(key, key, examples_per_s=1e5 if first_s == 0.01 else 1600.0, first_s=first_s)
        for key, first_s in firsts.items()
    )
    segment = Segment(10.0, 8.6, 1.0, 0.0, 8.0, 30, 1e4, 1.0, 4.0, 2)
    times = StageTimes(rates, frozenset(), 1600.0)
    now = Situation(graph_of(settings), 2, (segment,), times, 9000.0, steps_per_epoch=15)
    told = {each.title: each for each in only_you_can(now, Limit.TURNAROUND, None, settings)}
    one_iterator = told["shuffle(...).repeat() with steps_per_epoch: one iterator for all epochs"]
    assert one_iterator.stage == "shuffle[examples]"
    assert one_iterator.gain == pytest.approx(1.6)
    # The cut has a smaller buffer: what the training waited for counts.
    smaller = told["A smaller buffer in shuffle (line 4), which mixes less"]
    assert smaller.why.endswith("which comes after 4 s")


def test_a_generator_that_works_before_its_first_element_is_told_to_do_that_once() -> None:
    settings = settings_of(call("from_generator", function=PYTHON), BATCH)
    rates = tuple(
        CutRate(key, key, examples_per_s=5e3, first_s=0.33) for key in ("from_generator", "batch")
    )
    segment = Segment(1.0, 0.6, 0.4, 0.0, 0.55, 40, 640.0, 1.0, 0.33, 2)
    now = Situation(graph_of(settings), 2, (segment,), StageTimes(rates, frozenset(), 5e3), 3e3)
    limit, narrow = limit_of(now)
    assert (limit, narrow and narrow.stage) == (Limit.TURNAROUND, "from_generator")
    first, *_ = only_you_can(now, limit, narrow, settings)
    assert first.title.startswith(
        "Do once, outside of its function, what from_generator load (line"
    )


def test_what_is_barely_fast_enough_is_named_where_it_is_waited_for() -> None:
    for pipeline, named in ((520.0, "map"), (900.0, None)):
        limit, narrow = limit_of(half_waiting(PREFETCH, pipeline=pipeline))
        assert (narrow and narrow.stage) == named
        assert (limit is Limit.NO_OVERLAP) == (named is None)


def test_a_generator_is_one_thread_of_python_whatever_else_is_busy() -> None:
    calls = (call("from_generator", function=PYTHON), BATCH)
    rate = CutRate("from_generator", "from_generator", cores=1.6)
    settings = settings_of(*calls)
    now = Situation(graph_of(settings), 2)
    assert stage_limit(now, rate) is Limit.PYTHON_LOCK
    first, *_ = only_you_can(now, Limit.PYTHON_LOCK, rate, settings)
    assert first.title.endswith("or have it yield whole batches")


@pytest.mark.parametrize(
    ("calls", "cores", "busy", "limit"),
    [
        (8, 2, 1.4, Limit.PYTHON_LOCK),
        (8, 2, 1.9, Limit.CORES),
        (8, 16, 1.8, Limit.PYTHON_LOCK),
        (8, 16, 6.0, Limit.SEQUENTIAL),
        (None, 2, 1.6, Limit.SEQUENTIAL),
    ],
)
def test_parallel_calls_of_python_that_leave_cores_free_wait_for_its_lock(
    calls: int | None, cores: int, busy: float, limit: Limit
) -> None:
    mapped = call("map", function=PYTHON, num_parallel_calls=calls)
    now = Situation(graph_of(settings_of(call("range"), mapped, BATCH)), cores)
    assert stage_limit(now, CutRate("map", "map", cores=busy)) is limit


@pytest.mark.parametrize(("one_call", "limit"), [(110.0, Limit.PYTHON_LOCK), (60.0, Limit.CORES)])
def test_calls_of_python_that_are_no_faster_than_one_wait_for_its_lock(
    one_call: float, limit: Limit
) -> None:
    mapped = call("map", function=PYTHON, num_parallel_calls=8)
    settings = settings_of(call("range"), mapped, BATCH)
    rate = CutRate("map", "map", elements_per_s=100.0, examples_per_s=100.0, cores=1.9,
                   stage_s=0.01, one_call_elements_per_s=one_call)  # fmt: skip
    segment = Segment(1.0, 0.8, 0.2, 0.0, 0.0, 30, 100.0, 1.2, 0.1, 0)
    times = StageTimes((rate,), frozenset(), 100.0)
    now = Situation(graph_of(settings), 2, (segment,), times, 1e3)
    assert stage_limit(now, rate) is limit
    offered = candidates(now, limit, rate, settings, DiagnosisOptions(), 0.0).to_try
    assert ({"map.num_parallel_calls": 1} in [each.changes for each in offered]) is (
        limit is Limit.PYTHON_LOCK
    )
    if limit is Limit.PYTHON_LOCK:
        assert "0.91 times as fast as one call at a time" in limit_words(now, limit, rate)


@pytest.mark.parametrize(
    ("workers", "busy", "limit"),
    [
        (1, 1.6, Limit.PYTHON_LOCK),
        (1, 0.1, Limit.STORAGE),
        (4, 1.6, Limit.PYTHON_LOCK),
        (4, 3.6, Limit.CORES),
    ],
)
def test_a_py_dataset_with_one_worker_is_one_thread_of_python(
    workers: int, busy: float, limit: Limit
) -> None:
    settings = settings_of(call("pydataset", function=PYTHON, workers=workers))
    rate = CutRate("pydataset", "pydataset", cores=busy)
    now = Situation(graph_of(settings), 4)
    assert stage_limit(now, rate) is limit
    if limit is Limit.PYTHON_LOCK:
        first, *_ = only_you_can(now, limit, rate, settings)
        assert "make its batches with tf.data" in first.title


def test_keras_makes_the_batches_of_a_py_dataset_ahead() -> None:
    settings = settings_of(call("pydataset", function=PYTHON, workers=1))
    assert Situation(graph_of(settings), 2).works_ahead


@pytest.mark.parametrize(("kept", "limit"), [(20, Limit.CORES), (100, Limit.TURNAROUND)])
def test_a_buffer_that_fills_slowly_behind_a_cache_that_is_never_full_is_no_turnaround(
    kept: int, limit: Limit
) -> None:
    calls = (
        replace(SOURCE, elements=100), call("map", function=DEAR), call("cache"),
        call("take", count=kept), call("shuffle", buffer_size=100), BATCH,
    )  # fmt: skip
    graph = graph_of(settings_of(*calls))
    firsts = {"shuffle": 0.5, "batch": 0.5}
    rates = tuple(
        CutRate(node.key, node.key, examples_per_s=900.0, elements_per_s=900.0, cores=2.0,
                stage_s=1e-3 if node.kind == "map" else 0.0, first_s=firsts.get(node.key, 0.01))
        for node in graph.all
    )  # fmt: skip
    segment = Segment(1.4, 1.14, 0.26, 0.0, 1.0, 40, 1280.0, 1.0, 0.5, 2)
    now = Situation(graph, 2, (segment,), StageTimes(rates, frozenset(), 10e3), 6e3)
    found, narrow = limit_of(now)
    assert found is limit
    assert narrow is not None
    assert narrow.stage == ("map" if limit is Limit.CORES else "shuffle")


@pytest.mark.parametrize(
    ("model", "limit", "stage"),
    [(6e3, Limit.CORES, "map"), (800.0, Limit.TURNAROUND, "shuffle")],
)
def test_what_fills_a_buffer_is_the_limit_where_it_is_slower_than_the_model_anyway(
    model: float, limit: Limit, stage: str
) -> None:
    calls = (
        replace(SOURCE, elements=400), call("map", function=DEAR), call("shuffle", buffer_size=100),
        BATCH,
    )  # fmt: skip
    graph = graph_of(settings_of(*calls))
    rates = tuple(
        CutRate(node.key, node.key, examples_per_s=900.0, elements_per_s=900.0, cores=2.0,
                stage_s=1e-3 if node.kind == "map" else 0.0,
                first_s=0.11 if node.kind in ("shuffle", "batch") else 0.01)
        for node in graph.all
    )  # fmt: skip
    segment = Segment(1.4, 0.5, 0.8, 0.0, 0.45, 40, 1280.0, 1.0, 0.11, 4)
    now = Situation(graph, 2, (segment,), StageTimes(rates, frozenset(), 900.0), model)
    assert now.turnaround_percent > max(now.wait_percent, now.percent("host_s"))
    found, narrow = limit_of(now)
    assert (found, narrow and narrow.stage) == (limit, stage)
