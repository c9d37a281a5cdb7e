"""How a stage would have less to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.diagnosis.advice.suggestions import only_you_can
from core.diagnosis.candidates import candidates
from core.diagnosis.limits import limit_of
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, DiagnosisOptions, Limit
from core.model.recorded_call import FunctionSeen, RecordedCall
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
from tests.core.diagnosis.advice.titles import advice


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (("DecodeCSV", "Pack"), "Put batch in front of map decode (line 2) and parse whole"),
        (("ParseSingleExample", "DecodeJpeg"), "Make map decode (line 2) cheaper: decode_jpeg"),
        (("ParseSingleExample", "MatMul"), "Make map decode (line 2) cheaper: less data (crop"),
        (("ParseExampleV2", "AdjustHue"), "Make map decode (line 2) cheaper: hue and"),
        (
            ("EncodeJpeg", "DecodeJpeg"),
            "Make map decode (line 2) cheaper: no encoding of images",
        ),
    ],
)
def test_what_only_parses_is_told_to_parse_whole_batches(kinds: tuple[str, ...], told: str) -> None:
    first, *_ = advice("map", SOURCE, call("map", function=replace(DEAR, kinds=kinds)), BATCH)
    assert first.startswith(told)


@pytest.mark.parametrize(
    ("kinds", "operations", "told"),
    [
        (("StringLower", "Log1p"), 600, "Put batch in front of map decode (line 2) and work on"),
        (("StringLower", "Log1p"), 60, "Make map decode (line 2) cheaper: less data"),
        (("DecodeJpeg", "Log1p"), 600, "Make map decode (line 2) cheaper: decode_jpeg"),
    ],
)
def test_many_operations_that_each_do_little_belong_behind_the_batch(
    kinds: tuple[str, ...], operations: int, told: str
) -> None:
    function = replace(DEAR, kinds=kinds, operations=operations)
    first, *_ = advice("map", SOURCE, call("map", function=function), BATCH)
    assert first.startswith(told)


@pytest.mark.parametrize("count", [1, 100])
def test_maps_that_a_loop_makes_are_each_as_costly_as_one_of_them(count: int) -> None:
    small = replace(DEAR, kinds=("StringLower",))
    first, *_ = advice("map", SOURCE, replace(call("map", function=small), count=count), BATCH)
    one = "work on whole batches, or replace the 100 calls of its loop with one"
    assert first.endswith(one) is (count == 100)


def test_a_cheaper_way_to_decode_is_told_beside_parallel_calls_too() -> None:
    calls = (SOURCE, call("map", function=DEAR), BATCH)
    (told,) = advice("map", *calls, limit=Limit.SEQUENTIAL)
    assert told.startswith("Make map decode (line 2) cheaper: decode_jpeg with ratio")


CSV = call("CsvDataset")
LOOP = replace(DEAR, kinds=("While", "DecodeJpeg"))
READER, SHARD = call("TFRecordDataset"), call("shard", num_shards=8, index=1)
ON_BATCHES = (SOURCE, BATCH, call("map", function=DEAR, num_parallel_calls="autotune"))


@pytest.mark.parametrize(
    ("narrow", "calls", "told"),
    [
        (
            "map",
            (SOURCE, BATCH, call("map", function=LOOP)),
            "Have map decode (line 3) work on whole",
        ),
        ("scan", (SOURCE, call("scan", function=DEAR), BATCH), "Do what decode needs no state for"),
        ("map", (SOURCE, BATCH, call("map", function=PYTHON)), "Write map load (line 3) in Tensor"),
        ("from_tensor_slices", (SOURCE, BATCH), "Take parts of the arrays of from_tensor_slices"),
        (
            "shard",
            (READER, SHARD, BATCH),
            "Put shard (line 2) in front of TFRecordDataset (line 1)",
        ),
        ("map", (READER, call("map", function=DEAR), SHARD), "Put shard (line 3) in front of map"),
        ("map", (CSV, call("map", function=CHEAP), BATCH), "Read with TextLineDataset and decode"),
        ("map", (CSV, call("map", function=DEAR), BATCH), "Make map decode (line 2) cheaper"),
        ("CsvDataset", (CSV, BATCH), "Read with TextLineDataset and decode whole batches"),
        ("from_generator", (call("from_generator"), BATCH), "Have from_generator (line 1) ask for"),
        ("padded_batch", (SOURCE, call("padded_batch")), "Put elements of about the same length"),
        (
            "shuffle",
            (SOURCE, call("shuffle", buffer_size=9), BATCH),
            "Shuffle smaller elements than",
        ),
        ("cache", (SOURCE, call("cache"), BATCH), "Keep smaller elements in cache (line 2)"),
        ("tfrecord", (READER, BATCH), "Have TFRecordDataset (line 1) do less: files that are not"),
        ("tfrecord", (SOURCE, READER, BATCH), "Have TFRecordDataset (line 2) do less: files that"),
        ("batch", (SOURCE, BATCH), "Have batch (line 2) copy less: smaller types until the model"),
        ("map", ON_BATCHES, "Make map decode (line 3) cheaper: decode_jpeg with ratio"),
        (
            "group_by_window",
            (SOURCE, call("group_by_window", function=DEAR), BATCH),
            "Make group_by_window decode (line 2) cheaper: decode_jpeg with ratio",
        ),
    ],
)
def test_a_narrow_stage_is_never_left_without_advice(
    narrow: str, calls: tuple[RecordedCall, ...], told: str
) -> None:
    assert any(title.startswith(told) for title in advice(narrow, *calls))


@pytest.mark.parametrize(("function", "limit"), [(DEAR, Limit.CORES), (PYTHON, Limit.STORAGE)])
def test_a_costly_filter_is_a_map_that_works_in_parallel(
    function: FunctionSeen, limit: Limit
) -> None:
    first, *_ = advice("filter", SOURCE, call("filter", function=function), BATCH, limit=limit)
    work = f"Do the work of {function.name} in a map"
    assert first == f"{work} with parallel calls, and filter by its result"


@pytest.mark.parametrize("calls", [(BATCH,), ()])
def test_a_generator_of_batches_is_not_told_to_make_batches(
    calls: tuple[RecordedCall, ...],
) -> None:
    made = call("from_generator", function=PYTHON)
    first, *_ = advice("from_generator", made, *calls, limit=Limit.PYTHON_LOCK)
    assert first.endswith("or have it yield whole batches") is bool(calls)


def test_what_rejects_comes_in_front_of_the_costliest_work() -> None:
    parses = call("map", "map[parse]", function=replace(DEAR, name="parse"))
    decodes = call("map", "map[decode]", function=DEAR, inputs=("map[parse]",))
    rejects = call("rejection_resample", inputs=("map[decode]",))
    settings = settings_of(SOURCE, parses, decodes, rejects, BATCH)
    own_s = {"map[parse]": 1e-5, "map[decode]": 3e-4, "rejection_resample": 5e-3}
    rates = tuple(
        CutRate(key, key, examples_per_s=1e3, elements_per_s=1e3, cores=2.0, stage_s=stage_s)
        for key, stage_s in own_s.items()
    )
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 30, 900.0, 1.2, 0.1, 0)
    times = StageTimes(rates, frozenset(), 1e3)
    now = Situation(graph_of(settings), 2, (segment,), times, 5e3)
    first, *_ = only_you_can(now, Limit.CORES, times.narrow, settings)
    assert first.title.startswith("Put rejection_resample (line 4) in front of map decode (line 3)")


@pytest.mark.parametrize(
    ("larger", "python", "told"), [(2.5e6, False, True), (90e3, False, False), (2.5e6, True, False)]
)
def test_labels_of_megabytes_are_told_of_and_what_python_reads_is_not(
    larger: float, python: bool, told: bool
) -> None:
    function = replace(CHEAP, kinds=("OneHot",), python=python)
    calls = (SOURCE, call("map", function=function), BATCH)
    titles = advice("batch", *calls, from_tensor_slices=256.0, map=larger, batch=32 * larger)
    made = "Make smaller elements in map scale (line 2): integer labels instead of one-hot"
    assert any(title.startswith(made) for title in titles) == told


@pytest.mark.parametrize(("files", "told"), [(8, True), (1, False)])
def test_a_reader_in_flat_map_is_read_in_parallel_by_interleave(files: int, told: bool) -> None:
    source = replace(SOURCE, elements=files)
    settings = settings_of(
        source, call("flat_map"), call("TFRecordDataset", inside="flat_map"), BATCH
    )
    graph = graph_of(settings)
    reader = next(node for node in graph.all if node.inside)
    rate = CutRate(reader.key, reader.title, examples_per_s=100.0, cores=1.0, stage_s=1e-2)
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 3, 90.0, 1.2, 0.1, 0)
    now = Situation(graph, 2, (segment,), StageTimes((rate,), frozenset(), 100.0), 500.0)
    titles = [each.title for each in only_you_can(now, Limit.SEQUENTIAL, rate, settings)]
    advice = "Use interleave with parallel calls in place of flat_map (line 2)"
    assert (advice in titles) == told


@pytest.mark.parametrize("kind", ["TFRecordDataset", "make_csv_dataset"])
def test_a_slow_reader_is_never_left_without_advice(kind: str) -> None:
    settings = settings_of(call(kind, "reader"), BATCH)
    graph = graph_of(settings)
    rate = CutRate(graph.all[0].key, kind, examples_per_s=100.0, cores=1.2, stage_s=1e-2)
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 3, 90.0, 1.2, 0.1, 0)
    now = Situation(graph, 2, (segment,), StageTimes((rate,), frozenset(), 100.0), 500.0)
    titles = [each.title for each in only_you_can(now, Limit.SEQUENTIAL, rate, settings)]
    (advice,) = (title for title in titles if title.startswith(f"Have {kind} (line 1) do less"))
    assert advice.endswith("or a cache() behind it")


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


@pytest.mark.parametrize(
    ("function", "passes", "told"),
    [(CHEAP, 20.0, True), (CHEAP, 500.0, False), (DEAR, 20.0, False)],
)
def test_what_a_cheap_filter_seldom_keeps_is_selected_before_it_is_read(
    function: FunctionSeen, passes: float, told: bool
) -> None:
    settings = settings_of(SOURCE, call("filter", function=function), BATCH)
    rates = (
        CutRate("from_tensor_slices", "", elements_per_s=1e3, examples_per_s=passes),
        CutRate("filter", "", cores=1.4, elements_per_s=15.0, examples_per_s=15.0, stage_s=6e-2),
    )
    segment = Segment(1.0, 0.8, 0.2, 0.0, 0.0, 3, 15.0, 1.4, 0.1, 0)
    now = Situation(graph_of(settings), 2, (segment,), StageTimes(rates, frozenset(), 15.0), 900.0)
    first, *_ = only_you_can(now, Limit.SEQUENTIAL, rates[1], settings)
    assert first.title.startswith("Select before the pipeline what filter") is told
    assert ("it keeps 2 % of what comes to it" in first.why) is told


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
        "Put filter (line 3) in front of map decode (line 2), if it needs only what is there"
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


def test_work_that_each_of_several_branches_does_takes_no_longer_than_the_whole() -> None:
    filters = [call("filter", key, inputs=("map",)) for key in ("filter[1]", "filter[2]")]
    sampled = call("sample_from_datasets", inputs=("filter[1]", "filter[2]"))
    settings = settings_of(SOURCE, call("map", function=DEAR), *filters, sampled, BATCH)
    # One of the branches keeps one of 25 elements; together they are faster than that one.
    costly = CutRate("map", "map", elements_per_s=2500.0, examples_per_s=100.0, stage_s=1e-2)
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 6, 200.0, 2.0, 0.1, 0)
    times = StageTimes((costly,), frozenset(), 200.0)
    now = Situation(graph_of(settings), 2, (segment,), times, 1e4)
    left = candidates(now, Limit.CORES, costly, settings, DiagnosisOptions(), 1e9).only_you_can
    (split,) = [each for each in left if each.title.startswith("Split the data in front of map")]
    assert split.gain == pytest.approx(25.0)
