"""How nodes hang together, also where code goes round in loops."""

from __future__ import annotations

from dataclasses import replace

from core.analysis.findings import findings
from core.model.recorded_call import Site
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.recorded_chain.chain import user_code_chain
from tests.core.analysis.findings.chains import (
    BATCH,
    CHEAP,
    PREFETCH,
    SOURCE,
    call,
    found,
    settings_of,
)


def keys(nodes: object) -> list[str]:
    return [node.key for node in nodes]  # type: ignore[attr-defined]


def test_before_behind_and_between_follow_the_data_and_not_the_list() -> None:
    one = call("range", "range[one]")
    scale = call("map", function=CHEAP, inputs=("range[one]",))
    other = call("range", "range[other]", inputs=())
    both = call("zip", inputs=("map", "range[other]"))
    graph = graph_of(user_code_chain((one, scale, other, both)).defaults())
    by_key = graph.by_key
    assert keys(graph.before(by_key["zip"])) == ["range[one]", "map", "range[other]"]
    assert keys(graph.behind(by_key["range[other]"])) == ["zip"]
    assert keys(graph.between(by_key["range[one]"], by_key["zip"])) == ["map"]
    assert graph.last == by_key["zip"]


def test_a_loop_that_makes_a_chain_longer_comes_to_an_end() -> None:
    scale = call("map", function=CHEAP, inputs=("range", "shuffle"))
    shuffle = call("shuffle", inputs=("map",))
    calls = user_code_chain((call("range"), scale, shuffle, call("batch", inputs=("shuffle",))))
    graph = graph_of(calls.defaults())
    assert keys(graph.before(graph.by_key["map"])) == ["range", "shuffle"]
    assert graph.last is not None
    assert graph.last.key == "batch"
    assert findings(calls.defaults())


def test_a_stage_that_is_off_hands_on_what_it_takes() -> None:
    settings = settings_of(SOURCE, call("cache"), BATCH, PREFETCH, cache__enabled=False)
    graph = graph_of(settings)
    assert keys(graph.all) == ["from_tensor_slices", "batch", "prefetch"]
    assert keys(graph.before(graph.by_key["batch"])) == ["from_tensor_slices"]
    assert graph.absent["cache"] == {"cache.enabled": True}


def test_an_added_cache_stands_behind_its_call() -> None:
    scale = call("map", function=CHEAP)
    settings = settings_of(SOURCE, scale, BATCH, **{"cache[added]__enabled": True})
    graph = graph_of(settings)
    assert keys(graph.before(graph.by_key["batch"])) == [
        "from_tensor_slices",
        "map",
        "cache[added]",
    ]


def test_values_that_were_changed_are_those_in_force_and_lengths_follow_from_them() -> None:
    calls = (SOURCE, call("batch", elements=1875), call("prefetch", elements=1875))
    graph = graph_of(settings_of(*calls, batch__batch_size=64))
    batch = graph.by_key["batch"]
    assert batch.number("batch_size") == 64
    assert batch.elements == graph.by_key["prefetch"].elements == 938


def test_a_call_whose_arguments_nobody_saw_is_not_judged_by_them() -> None:
    unseen = replace(call("repeat"), arguments={})
    assert "cache_behind_repeat" not in found(SOURCE, unseen, call("cache"))
    assert "repeat_before_shuffle" not in found(SOURCE, unseen, call("shuffle"), BATCH)


def test_a_dataset_that_was_there_before_has_no_line() -> None:
    before = replace(call("dataset"), path=(Site("", 0, library=True),))
    assert before.user_code_site is None
    batch = call("batch", inputs=("dataset",))
    one = next(iter(findings(user_code_chain((before, batch)).defaults())))
    assert one.where == "train.py:1"
