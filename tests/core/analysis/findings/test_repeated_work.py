"""Work that is done more often than it need be: in findings, and as what only a person can do."""

from __future__ import annotations

from dataclasses import replace

from core.analysis.findings import Severity
from core.diagnosis.advice.suggestions import only_you_can
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, Limit, Suggestion
from core.model.recorded_call import RecordedCall
from core.pipeline.graph.written_graph import graph_of
from tests.core.analysis.findings.chains import (
    BATCH,
    CHEAP,
    DEAR,
    SOURCE,
    call,
    found,
    settings_of,
)


def classes(*before: RecordedCall, branches: int = 12) -> tuple[RecordedCall, ...]:
    """Elements of each class are filtered out of one dataset and sampled from."""
    filtered = replace(call("filter", function=CHEAP), count=branches)
    repeated = replace(call("repeat"), count=branches)
    return (SOURCE, *before, filtered, repeated, call("sample_from_datasets"), BATCH)


WINDOWS = (
    SOURCE,
    call("window", size=8),
    call("flat_map"),
    replace(call("batch", "batch[1]", inside="flat_map"), count=6),
    call("zip", inside="flat_map", inputs=("batch[1]",)),
    call("batch", "batch[2]"),
)


def suggested(narrow: str, *calls: RecordedCall) -> list[Suggestion]:
    """What is left to the person where one stage takes most of the time and all cores."""
    settings = settings_of(*calls)
    rate = CutRate(narrow, narrow, examples_per_s=100.0, elements_per_s=100.0, stage_s=9e-3)
    now = Situation(
        graph_of(settings),
        2,
        (Segment(1.0, 0.9, 0.1, 0.0, 0.0, 10, 100.0, 2.0, 0.1, 0),),
        StageTimes((rate,), frozenset(), 100.0),
        model_examples_per_s=500.0,
    )
    return list(only_you_can(now, Limit.CORES, rate, settings))


def test_a_costly_map_in_front_of_several_branches_runs_in_each() -> None:
    one = found(*classes(call("map", function=DEAR)))["again_in_each_branch"]
    assert (one.severity, one.stage) == (Severity.COSTLY, "map")
    assert one.why.startswith("12 datasets are made of map decode (line 2), and each of them runs")
    both = found(
        SOURCE,
        call("map", function=DEAR),
        call("map", "map[x]", function=CHEAP, inputs=("map",)),
        call("map", "map[y]", function=CHEAP, inputs=("map",)),
        call("zip", inputs=("map[x]", "map[y]")),
        BATCH,
    )
    assert "2 datasets are made of map" in both["again_in_each_branch"].why


def test_random_numbers_are_not_put_into_a_cache() -> None:
    dear = replace(DEAR, random=True)
    one = found(*classes(call("map", function=dear)))["again_in_each_branch"]
    assert one.remedy == "Split the data in front of map decode (line 2)."


def test_a_cache_that_take_leaves_unfilled_is_not_advised() -> None:
    taken = call("take", inputs=("map",), count=10)
    rest = call("skip", inputs=("map",), count=10)
    zipped = call("zip", inputs=("take", "skip"))
    one = found(SOURCE, call("map", function=DEAR), taken, rest, zipped, BATCH)
    assert one["again_in_each_branch"].remedy == "Split the data in front of map decode (line 2)."


def test_what_costs_little_or_is_kept_may_be_done_in_each_branch() -> None:
    dear = call("map", function=DEAR)
    for calls in (
        classes(call("map", function=CHEAP)),
        classes(dear, branches=1),
        classes(dear, call("cache")),
    ):
        assert "again_in_each_branch" not in found(*calls)


def test_a_loop_that_appends_other_data_makes_no_branches() -> None:
    more = replace(call("from_tensor_slices", "more", inputs=("elsewhere",)), count=7)
    appended = replace(call("concatenate", inputs=("map", "more")), count=7)
    dear = call("map", function=DEAR)
    assert "again_in_each_branch" not in found(SOURCE, dear, more, appended, BATCH)


def test_a_loop_that_makes_a_chain_longer_makes_no_branches() -> None:
    again = replace(call("map", "map[2]", function=DEAR, inputs=("map[1]", "map[2]")), count=3)
    one = found(SOURCE, call("map", "map[1]", function=DEAR), again, BATCH)
    assert "again_in_each_branch" not in one


def test_a_window_that_several_datasets_put_together_is_told_of() -> None:
    one = found(*WINDOWS)["datasets_for_each_window"]
    assert one.stage == "flat_map"
    assert "makes 7 datasets for each window" in one.why
    batched = call("batch", "batch[1]", inside="flat_map")
    plain = found(SOURCE, call("window", size=8), call("flat_map"), batched, BATCH)
    assert "datasets_for_each_window" not in plain


def test_a_map_may_put_windows_together_too() -> None:
    calls = [replace(each, inside=each.inside and "map") for each in WINDOWS]
    calls[2] = call("map", function=CHEAP)
    one = found(*calls)["datasets_for_each_window"]
    assert (one.stage, "makes 7 datasets for each window" in one.why) == ("map", True)


def test_one_chain_in_a_window_is_no_set_of_features() -> None:
    chain = (
        call("map", inside="flat_map", function=CHEAP),
        call("batch", "batch[1]", inside="flat_map", inputs=("map",)),
    )
    one = found(SOURCE, call("window", size=8), call("flat_map"), *chain, BATCH)
    assert "datasets_for_each_window" not in one


def test_windows_that_are_batches_already_are_no_windows() -> None:
    batched = call("batch", "batch[1]", inside="flat_map[1]")
    again = [call("from_tensor_slices", key, inside="flat_map[2]") for key in ("x", "y")]
    both = call("zip", inside="flat_map[2]", inputs=("x", "y"))
    first, second = call("flat_map", "flat_map[1]"), call("flat_map", "flat_map[2]")
    one = found(SOURCE, call("window", size=8), first, batched, second, *again, both, BATCH)
    assert "datasets_for_each_window" not in one


def test_a_cache_in_front_of_the_branches_leaves_nothing_to_split() -> None:
    titles = [
        each.title for each in suggested("map", *classes(call("map", function=DEAR), call("cache")))
    ]
    assert not any("put a cache behind it" in title for title in titles)


def test_to_work_less_comes_before_more_machines() -> None:
    titles = [each.title for each in suggested("map", *classes(call("map", function=DEAR)))]
    assert titles[0] == "Split the data in front of map decode (line 2), or put a cache behind it"
    assert titles[-1].startswith("A tf.data service on other machines")


def test_windows_are_not_sent_through_interleave() -> None:
    for narrow in ("flat_map", "batch[1]", "zip"):
        first, *_ = suggested(narrow, *WINDOWS)
        assert first.title.startswith("Stack the features into one tensor in front of window")
        assert first.stage == "flat_map"
        assert first.gain is None or first.gain > 1.0
