"""From cut rates to the time of each stage."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.diagnosis.limits import stage_limit
from core.diagnosis.measures.cuts import Cut
from core.diagnosis.measures.stage_times import StageTimes, stage_times
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, Limit
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
from tests.core.diagnosis.simulated import SimulatedBench


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


def test_without_a_stage_also_what_stands_in_its_function_is_gone() -> None:
    inner = CutRate("map", "map", inside="interleave", stage_s=0.8)
    outer = CutRate("interleave", "interleave", examples_per_s=1.0, stage_s=0.1)
    times = StageTimes((inner, outer), frozenset(), 1.0)
    assert times.without("interleave", 0.5) == pytest.approx(1 / 0.55)
    assert times.without("map") == pytest.approx(5.0)


def test_elements_of_a_whole_pass_say_how_many_come_of_one() -> None:
    source = replace(SOURCE, elements=4)
    graph = graph_of(settings_of(source, call("flat_map"), BATCH))
    per_s = {"from_tensor_slices": 11.0, "flat_map": 1000.0, "batch": 30.0}
    cuts = [
        Cut(node, CutRate(node.key, node.key, elements_per_s=per_s[node.key]),
            elements=400 if node.kind == "flat_map" else None)
        for node in graph.all
    ]  # fmt: skip
    rates = {rate.stage: rate for rate in stage_times(graph, cuts, 32.0).rates}
    assert rates["from_tensor_slices"].examples_per_s == pytest.approx(1100.0)


def test_what_a_zip_waits_for_is_laid_to_its_branches() -> None:
    sources = (replace(SOURCE, key="images"), replace(SOURCE, key="masks"))
    maps = [call("map", f"map[{each.key}]", function=DEAR, inputs=(each.key,)) for each in sources]
    zipped = call("zip", inputs=tuple(each.key for each in maps))
    graph = graph_of(settings_of(*sources, *maps, zipped, BATCH))
    per_s = {"images": 1e5, "masks": 1e5, "zip": 500.0, "batch": 500.0 / 32}
    cuts = [
        Cut(node, CutRate(node.key, node.key, elements_per_s=per_s.get(node.key, 1e3)))
        for node in graph.all
    ]
    times = stage_times(graph, cuts, 32.0)
    own_s = {rate.stage: rate.stage_s for rate in times.rates}
    assert own_s["zip"] == pytest.approx(0.0, abs=1e-9)
    assert times.narrow is not None
    assert times.narrow.stage.startswith("map")


def test_what_only_copies_does_not_take_the_time_of_a_map_that_could_not_be_measured() -> None:
    graph = graph_of(settings_of(SOURCE, call("map", function=PYTHON), BATCH))
    per_s = {"from_tensor_slices": 1e5, "map": None, "batch": 1e3 / 32}
    cuts = [
        Cut(node, CutRate(node.key, node.key, elements_per_s=per_s[node.key])) for node in graph.all
    ]
    times = stage_times(graph, cuts, 32.0)
    assert times.narrow is not None
    assert times.narrow.stage == "map"
    assert times.without("map") == pytest.approx(1e5, rel=0.1)


def test_a_first_iterator_takes_longer_than_others() -> None:
    graph = graph_of(settings_of(SOURCE, call("map", function=DEAR), call("shuffle"), BATCH))
    firsts = dict(zip((node.key for node in graph.all), (0.06, 0.1, 0.15, 0.08), strict=True))
    cuts = [
        Cut(node, CutRate(node.key, node.key, elements_per_s=100.0, first_s=firsts[node.key]))
        for node in graph.all
    ]
    rates = stage_times(graph, cuts, 32.0).rates
    assert [rate.first_s for rate in rates] == [0.06, 0.08, 0.08, 0.08]


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


def test_a_wait_in_a_function_is_laid_to_the_call_that_waits() -> None:
    # interleave(lambda path: from_tensors(path).map(fetch).flat_map(TextLineDataset))
    graph = graph_of(
        settings_of(
            SOURCE,
            call("interleave"),
            call("from_tensors", inside="interleave"),
            call("map", inside="interleave", inputs=("from_tensors",), function=PYTHON),
            call("flat_map", inside="interleave", inputs=("map",)),
            BATCH,
        )
    )
    per_s = {
        "from_tensor_slices": 5000.0,
        "interleave": 2990.0,
        "from_tensors": 4600.0,
        "map": 11.0,
        "flat_map": 2980.0,
        "batch": 93.0,
    }
    cuts = [
        Cut(
            node,
            CutRate(node.key, node.key, inside=node.inside, elements_per_s=per_s[node.key]),
            1.0 / 192.0 if node.key == "interleave" else None,
        )
        for node in graph.all
    ]
    times = stage_times(graph, cuts, 32.0)
    assert times.narrow is not None
    assert times.narrow.stage == "map"
    assert times.narrow.examples_per_s == pytest.approx(11.0 * 192.0)


def test_what_is_put_together_of_unmeasured_datasets_is_the_work_of_the_function() -> None:
    calls = (
        SOURCE,
        call("window", size=8),
        call("flat_map"),
        call("batch", "batch[1]", inside="flat_map"),
        call("zip", inside="flat_map", inputs=("batch[1]",)),
        call("batch", "batch[2]", inputs=("flat_map",), batch_size=32),
    )
    graph = graph_of(settings_of(*calls))
    per_s = {"from_tensor_slices": 9e4, "window": 9e3, "flat_map": 4e3, "zip": 4e3, "batch[2]": 125}
    cuts = [
        Cut(node, CutRate(node.key, node.key, inside=node.inside, elements_per_s=per_s[node.key]),
            inputs_per_element=1.0 if node.kind == "flat_map" else None)
        for node in graph.all
        if node.key in per_s
    ]  # fmt: skip
    times = stage_times(graph, cuts, 32.0)
    assert times.narrow is not None
    assert times.narrow.stage == "flat_map"


def test_a_filter_that_came_to_its_end_took_all_that_came_to_its_map() -> None:
    # TensorFlow lets go of what stands in front of a filter at its end: nothing counts it there.
    graph = graph_of(
        settings_of(
            call("TFRecordDataset"),
            call("map", function=DEAR),
            call("filter"),
            call("repeat"),
            BATCH,
        )
    )
    per_s = {"tfrecord": 1e5, "map": 2500.0, "filter": 98.0, "repeat": 98.0, "batch": 98.0 / 32}
    cuts = [
        Cut(node, CutRate(node.key, node.key, elements_per_s=per_s[node.key]),
            elements={"tfrecord": 1500, "filter": 60}.get(node.key))
        for node in graph.all
    ]  # fmt: skip
    times = stage_times(graph, cuts, 32.0)
    rate = times.rate("map")
    assert rate is not None
    assert rate.examples_per_s == pytest.approx(100.0)
    assert times.narrow is rate


def test_a_stage_is_no_slower_than_what_is_made_of_it() -> None:
    graph = graph_of(settings_of(SOURCE, call("map", function=DEAR), call("shuffle"), BATCH))
    per_s = {"from_tensor_slices": 9e4, "map": 150.0, "shuffle": 20.0, "batch": 160.0 / 32}
    cuts = [
        Cut(node, CutRate(node.key, node.key, elements_per_s=per_s[node.key])) for node in graph.all
    ]
    times = stage_times(graph, cuts, 32.0)
    assert [rate.elements_per_s for rate in times.rates] == pytest.approx([9e4, 160.0, 160.0, 5.0])
    assert times.narrow is not None
    assert times.narrow.stage == "map"


def test_what_a_buffer_took_in_before_its_first_element_is_no_rate_of_what_made_it() -> None:
    calls = (call("TFRecordDataset"), call("map", function=DEAR), call("shuffle", buffer_size=9000))
    graph = graph_of(settings_of(*calls, BATCH))
    per_s = {"tfrecord": 9e4, "map": 2e4, "shuffle": 8e5, "batch": 6e5 / 32}
    cuts = [
        Cut(node, CutRate(node.key, node.key, elements_per_s=per_s[node.key], first_s=0.5),
            elements=9000 // (32 if node.key == "batch" else 1))
        for node in graph.all
    ]  # fmt: skip
    times = stage_times(graph, cuts, 32.0)
    rates = {rate.stage: rate.elements_per_s for rate in times.rates}
    assert rates["map"] == pytest.approx(2e4)
    # Each pass fills it anew.
    assert times.passes_examples_per_s == pytest.approx(9000 / (0.5 + 9000 / 6e5), rel=0.01)


def test_of_branches_that_take_unlike_shares_none_says_how_fast_what_they_part_is() -> None:
    filters = [call("filter", f"filter[{number}]", inputs=("map",)) for number in (1, 2)]
    sampled = call("sample_from_datasets", inputs=("filter[1]", "filter[2]"))
    graph = graph_of(settings_of(SOURCE, call("map", function=DEAR), *filters, sampled, BATCH))
    per_s = {"from_tensor_slices": 1e5, "map": 1e3, "filter[1]": 990.0, "filter[2]": 60.0,
             "sample_from_datasets": 120.0, "batch": 120.0 / 32}  # fmt: skip
    cuts = [
        Cut(node, CutRate(node.key, node.key, elements_per_s=per_s[node.key]),
            inputs_per_element={"filter[1]": 1.01, "filter[2]": 16.0}.get(node.key, 1.0))
        for node in graph.all
    ]  # fmt: skip
    times = stage_times(graph, cuts, 32.0)
    rate = times.rate("map")
    assert rate is not None
    assert rate.elements_per_s == pytest.approx(1e3)
    assert times.narrow is not None
    assert times.narrow.stage == "map"
