"""Where calls may stand besides their own place, and the order that settings make of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.comparisons.knob_values import knob_name
from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.model.settings import Settings
from core.model.training_change import ChangeKind
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.recorded_chain.chain import user_code_chain
from core.pipeline.recorded_chain.moves import where_to_move
from core.pipeline.recorded_chain.reordered import reordered
from core.pipeline.training import training_changes


def calls(*methods: str, random: tuple[str, ...] = ()) -> tuple[RecordedCall, ...]:
    """A chain of calls, each on what the one before it gave; ``map a`` applies ``a``."""
    made: list[RecordedCall] = []
    for line, text in enumerate(("from_tensor_slices", *methods), 1):
        method, _, name = text.partition(" ")
        taken = sum(call.method == method for call in made)
        key = f"{method}[{name}]" if name else f"{method}[{taken + 1}]" if taken else method
        arguments = {
            "batch": {"batch_size": 8, "drop_remainder": False},
            "shuffle": {"buffer_size": 100, "reshuffle_each_iteration": None},
            "map": {"num_parallel_calls": None},
            "unbatch": {"name": None},
        }.get(method, {})
        function = FunctionSeen(name, random=name in random) if method == "map" else None
        inputs = (made[-1].key,) if made else ()
        site = (Site("train.py", line),)
        made.append(RecordedCall(key, method, site, arguments, (), inputs, function=function))
    return tuple(made)


def moved(made: tuple[RecordedCall, ...], **values: object) -> Settings:
    changes = {key.replace("__", "."): value for key, value in values.items()}
    return user_code_chain(made).defaults().with_values(changes)


def order(settings: Settings) -> list[str]:
    return [node.key for node in graph_of(settings).outer]


def test_a_batch_may_stand_in_front_of_maps_and_what_does_not_look_goes_with_it() -> None:
    made = calls("map a", "map b", "shuffle", "batch", "prefetch")
    settings = moved(made, batch__position="in_front_of_map[b]")
    assert order(settings) == [
        "from_tensor_slices", "map[a]", "shuffle", "batch", "map[b]", "prefetch",
    ]  # fmt: skip
    (part,) = reordered(settings.chain, settings)
    assert (part.written, part.order) == (
        ("map[b]", "shuffle", "batch"),
        ("shuffle", "batch", "map[b]"),
    )
    assert part.checked
    assert part.moved == ("map[b]",)
    assert training_changes(settings.chain.defaults(), settings) == ()


def test_a_shuffle_may_stand_in_front_of_a_map_whose_elements_stay_the_same() -> None:
    made = calls("map a", "map b", "shuffle", "batch")
    settings = moved(made, shuffle__position="in_front_of_map[a]")
    assert order(settings) == ["from_tensor_slices", "shuffle", "map[a]", "map[b]", "batch"]
    (part,) = reordered(settings.chain, settings)
    assert not part.checked
    assert part.moved == ("shuffle",)


def test_both_may_move_at_once() -> None:
    made = calls("map a", "map b", "shuffle", "batch")
    settings = moved(
        made, shuffle__position="in_front_of_map[a]", batch__position="in_front_of_map[b]"
    )
    assert order(settings) == ["from_tensor_slices", "shuffle", "map[a]", "batch", "map[b]"]


@pytest.mark.parametrize("between", ["cache", "filter", "take_while", "batch"])
def test_nothing_moves_over_what_keeps_leaves_out_or_batches(between: str) -> None:
    moves = where_to_move(calls("map a", between, "shuffle", "batch"))
    assert moves["shuffle"].maps == ()
    assert moves.get("batch", moves["shuffle"]).maps == () or between == "batch"


def test_a_call_that_is_made_several_times_stays() -> None:
    made = calls("map a", "shuffle", "batch")
    looped = tuple(replace(call, count=2) if call.method == "map" else call for call in made)
    assert where_to_move(looped)["batch"].maps == ()


def test_random_numbers_drawn_for_other_batches_are_told_as_another_training() -> None:
    made = calls("map a", "map b", "batch", random=("b",))
    settings = moved(made, batch__position="in_front_of_map[a]")
    (change,) = training_changes(settings.chain.defaults(), settings)
    assert "map[b] draws random numbers for other batches" in change.words


def test_a_cache_behind_a_shuffle_that_moved_is_told_as_another_training() -> None:
    made = calls("map a", "shuffle", "batch")
    settings = moved(made, shuffle__position="in_front_of_map[a]")
    cached = settings.with_values({"cache[added].enabled": True})
    assert training_changes(settings.chain.defaults(), settings) == ()
    (change,) = training_changes(settings, cached)
    assert "every epoch in one order" in change.words


def test_a_cache_may_stand_behind_maps_if_the_shuffle_before_them_follows_it() -> None:
    made = calls("shuffle", "map a", "prefetch", "map b", "map noise", "batch", random=("noise",))
    settings = moved(made)
    key = "cache[before_shuffle].enabled"
    assert knob_name(key, settings.chain.knobs[key]) == "cache (added before shuffle)"
    cached = settings.with_values({key: True})
    assert order(cached) == [
        "from_tensor_slices", "map[a]", "prefetch", "map[b]", "cache[before_shuffle]", "shuffle",
        "map[noise]", "batch",
    ]  # fmt: skip
    (part,) = reordered(settings.chain, cached)
    assert (part.moved, part.checked) == (("shuffle",), False)
    assert training_changes(settings, cached) == ()
    assert reordered(settings.chain, settings) == ()


@pytest.mark.parametrize(
    "methods",
    [
        ("shuffle", "map noise", "batch"),
        ("shuffle", "batch", "map a"),
        ("shuffle", "filter", "map a", "batch"),
        ("shuffle", "map a", "batch", "take"),
        ("shuffle", "map a", "cache", "batch"),
        ("map noise", "shuffle", "map a", "batch"),
        ("shuffle", "repeat", "map a", "batch"),
    ],
)
def test_no_cache_is_put_where_the_elements_or_their_order_would_be_others(
    methods: tuple[str, ...],
) -> None:
    assert "cache[before_shuffle].enabled" not in moved(calls(*methods, random=("noise",)))


def test_a_cache_of_batches_leaves_the_shuffle_and_is_told_as_another_training() -> None:
    settings = moved(calls("shuffle", "map a", "batch"), batch__position="in_front_of_map[a]")
    cached = settings.with_values({"cache[before_shuffle].enabled": True})
    assert order(cached) == [
        "from_tensor_slices", "shuffle", "batch", "map[a]", "cache[before_shuffle]",
    ]  # fmt: skip
    (change,) = training_changes(settings, cached)
    assert "every epoch in one order" in change.words


def test_without_an_unbatch_the_first_batch_takes_the_size_of_the_second() -> None:
    made = calls("batch", "map a", "unbatch", "batch")
    made = (*made[:-1], replace(made[-1], arguments={"batch_size": 32, "drop_remainder": False}))
    settings = moved(made, unbatch__enabled=False)
    graph = graph_of(settings)
    assert [node.key for node in graph.outer] == ["from_tensor_slices", "batch", "map[a]"]
    assert graph.by_key["batch"].number("batch_size") == 32
    (part,) = reordered(settings.chain, settings)
    assert part.checked
    assert training_changes(settings.chain.defaults(), settings) == ()


def test_without_an_unbatch_what_the_first_batch_drops_is_trained_on() -> None:
    first, *rest = calls("batch", "unbatch", "batch")[1:]
    first = replace(first, arguments={"batch_size": 8, "drop_remainder": True})
    made = (*calls("batch")[:1], first, *rest)
    settings = moved(made, unbatch__enabled=False)
    (change,) = training_changes(settings.chain.defaults(), settings)
    assert change.words == "the remainder that batch drops is no longer dropped"
    assert change.kind is ChangeKind.REMAINDER
