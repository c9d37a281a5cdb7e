"""How links hang together, also where code goes round in loops."""

from __future__ import annotations

from dataclasses import replace

from core.analysis.findings import findings
from core.analysis.findings.reading import links_of, own_site
from core.model.recorded_call import Site
from core.pipeline.recorded import own_chain
from tests.core.analysis.findings.chains import (
    BATCH,
    CHEAP,
    PREFETCH,
    SOURCE,
    call,
    found,
    settings_of,
)


def keys(links: object) -> list[str]:
    return [link.key for link in links]  # type: ignore[attr-defined]


def test_before_behind_and_between_follow_the_data_and_not_the_list() -> None:
    one = call("range", "range[one]")
    scale = call("map", function=CHEAP, inputs=("range[one]",))
    other = call("range", "range[other]", inputs=())
    both = call("zip", inputs=("map", "range[other]"))
    links = links_of(own_chain((one, scale, other, both)).defaults())
    by_key = links.by_key
    assert keys(links.before(by_key["zip"])) == ["range[one]", "map", "range[other]"]
    assert keys(links.behind(by_key["range[other]"])) == ["zip"]
    assert keys(links.between(by_key["range[one]"], by_key["zip"])) == ["map"]
    assert links.last == by_key["zip"]


def test_a_loop_that_makes_a_chain_longer_comes_to_an_end() -> None:
    scale = call("map", function=CHEAP, inputs=("range", "shuffle"))
    shuffle = call("shuffle", inputs=("map",))
    calls = own_chain((call("range"), scale, shuffle, call("batch", inputs=("shuffle",))))
    links = links_of(calls.defaults())
    assert keys(links.before(links.by_key["map"])) == ["range", "shuffle"]
    assert links.last is not None
    assert links.last.key == "batch"
    assert findings(calls.defaults())


def test_a_stage_that_is_off_hands_on_what_it_takes() -> None:
    settings = settings_of(SOURCE, call("cache"), BATCH, PREFETCH, cache__enabled=False)
    links = links_of(settings)
    assert keys(links.all) == ["from_tensor_slices", "batch", "prefetch"]
    assert keys(links.before(links.by_key["batch"])) == ["from_tensor_slices"]
    assert links.absent["cache"] == {"cache.enabled": True}


def test_an_added_cache_stands_behind_its_call() -> None:
    scale = call("map", function=CHEAP)
    settings = settings_of(SOURCE, scale, BATCH, **{"cache[added]__enabled": True})
    links = links_of(settings)
    assert keys(links.before(links.by_key["batch"])) == [
        "from_tensor_slices",
        "map",
        "cache[added]",
    ]


def test_values_that_were_changed_are_those_in_force_and_lengths_follow_from_them() -> None:
    calls = (SOURCE, call("batch", elements=1875), call("prefetch", elements=1875))
    links = links_of(settings_of(*calls, batch__batch_size=64))
    batch = links.by_key["batch"]
    assert batch.number("batch_size") == 64
    assert batch.elements == links.by_key["prefetch"].elements == 938


def test_a_call_whose_arguments_nobody_saw_is_not_judged_by_them() -> None:
    unseen = replace(call("repeat"), arguments={})
    assert "cache_behind_repeat" not in found(SOURCE, unseen, call("cache"))
    assert "repeat_before_shuffle" not in found(SOURCE, unseen, call("shuffle"), BATCH)


def test_a_dataset_that_was_there_before_has_no_line() -> None:
    before = replace(call("dataset"), path=(Site("", 0, library=True),))
    assert own_site(before) is None
    batch = call("batch", inputs=("dataset",))
    one = next(iter(findings(own_chain((before, batch)).defaults())))
    assert one.where == "train.py:1"
