"""What a cache keeps: whether it may, and whether it is ever complete."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.analysis.findings.finding import API, Finding, Severity
from core.model.kinds import Value
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.graph.unfilled import unfilled
from core.pipeline.method import Shape
from core.pipeline.step_counts import ENDLESS

_URL = f"{API}Dataset#cache"
_TEMPORARY = re.compile(r"[/\\]tmp[a-z0-9_]{8}([/\\]|$)")
"""A folder that ``tempfile`` made: the next run has another."""


def cache_of_random(graph: PipelineGraph) -> Iterator[Finding]:
    """A cache behind random numbers repeats the first epoch's."""
    for cache in _caches(graph):
        nodes = [earlier for earlier in _with_nested(graph, cache) if earlier.random]
        if not nodes:
            continue
        # The innermost is where the random numbers are drawn.
        random = next((node for node in nodes if node.inside), nodes[0])
        yield Finding(
            "cache_of_random",
            Severity.WRONG,
            "cache behind a random map",
            f"{random.words} draws random numbers, and the cache keeps what came of them: every "
            "epoch repeats the first one's random choices.",
            "Put the cache before what is random, or leave it out.",
            cache.key,
            cache.site,
            _before_map(cache, random),
            _URL,
        )


def _caches(graph: PipelineGraph) -> tuple[Node, ...]:
    return tuple(node for node in graph.outer if node.method.keeps)


def _before_map(cache: Node, random: Node) -> dict[str, Value]:
    if "position" in cache.knobs and random.kind == "map":
        return cache.set("before_map", "position")
    return dict(cache.off)


def cache_of_order(graph: PipelineGraph) -> Iterator[Finding]:
    """A cache behind a shuffle freezes the order, or the batches made of it."""
    for cache in _caches(graph):
        shuffles = [node for node in graph.before(cache) if node.reshuffles]
        if not shuffles:
            continue
        shuffle = shuffles[-1]
        batches = [
            batch
            for batch in graph.batches_before(cache)
            if any(earlier.reshuffles for earlier in graph.before(batch))
        ]
        apart = any(node.method.shape is Shape.UNBATCHED for node in graph.behind(cache))
        if batches and not apart and not graph.batches_behind(cache):
            yield _of_order(
                "cache_of_batches",
                "cache behind shuffled batches",
                f"It keeps whole batches that {shuffle.words} and {batches[-1].words} put "
                "together: every epoch trains on the same batches, also with a shuffle behind it.",
                "Leave the cache out; or have single examples made there without a shuffle, and "
                "shuffle and batch them behind the cache."
                if batches[-1].in_library
                else "Put the cache before the shuffle and the batch.",
                cache,
            )
        elif not any(node.reshuffles for node in graph.behind(cache)):
            only_files = shuffle.kind == "list_files"
            yield _of_order(
                "cache_of_order",
                "cache behind the shuffle",
                f"It keeps the order that {shuffle.words} made: every epoch repeats the first "
                "one's.",
                "Add a shuffle behind the cache." if only_files else "Shuffle behind the cache.",
                cache,
                Severity.HINT if only_files else Severity.WRONG,
            )


def _of_order(
    key: str, title: str, why: str, remedy: str, cache: Node, grave: Severity = Severity.WRONG
) -> Finding:
    return Finding(key, grave, title, why, remedy, cache.key, cache.site, cache.off, _URL)


def cache_without_end(graph: PipelineGraph) -> Iterator[Finding]:
    """A cache that takes in more than one pass over the data."""
    for cache in _caches(graph):
        if cache.elements == ENDLESS:
            endless = next(
                (node for node in _with_nested(graph, cache) if _never_ends(node)), cache
            )
            repeats = endless.kind == "repeat"
            yield _without_end(
                cache,
                Severity.WRONG,
                "cache behind repeat" if repeats else "cache of data that never end",
                f"The cache takes in what {endless.words} {'repeats' if repeats else 'delivers'}. "
                "The data never end there, so the cache is never complete and grows until memory "
                "or disk is full.",
                "Put the cache before repeat." if repeats else "Put take(n) before the cache.",
            )
            continue
        for repeat in graph.before(cache, "repeat"):
            passes = graph.cardinality.passes(repeat.key, cache.key)
            if passes is not None and passes > 1:
                yield _without_end(
                    cache,
                    Severity.COSTLY,
                    "cache behind repeat",
                    f"The cache takes in what {repeat.words} repeats. It keeps {passes} passes "
                    "over the same data instead of one.",
                    "Put the cache before repeat.",
                )


def _with_nested(graph: PipelineGraph, cache: Node) -> list[Node]:
    return [inner for node in graph.before(cache) for inner in (node, *graph.nested(node))]


def _never_ends(node: Node) -> bool:
    return node.elements == ENDLESS and (node.kind != "repeat" or node.passes == ENDLESS)


def _without_end(cache: Node, grave: Severity, title: str, why: str, remedy: str) -> Finding:
    return Finding(
        "cache_behind_repeat", grave, title, why, remedy, cache.key, cache.site, cache.off, _URL
    )


def take_behind_cache(graph: PipelineGraph) -> Iterator[Finding]:
    """A cache that is not read to its end is thrown away."""
    for each in unfilled(graph):
        cache = each.cache
        yield Finding(
            "take_behind_cache",
            Severity.COSTLY if each.sure else Severity.HINT,
            "one pass over the cache" if each.by is None else f"{each.by.kind} behind the cache",
            f"The cache is complete only once all data went through it, and {each.why}. "
            + ("" if each.sure else "Unless there are no more than that, ")
            + "TensorFlow throws away what was kept: every epoch works everything out anew.",
            f"{each.remedy}.",
            cache.key,
            cache.site,
            {},
            _URL,
            about_time=True,
        )


def cache_file(graph: PipelineGraph) -> Iterator[Finding]:
    """A file keeps what an earlier run with other settings put into it."""
    for cache in graph.of_kind("cache"):
        name = cache.values.get("filename")
        if not isinstance(name, str) or not name or _TEMPORARY.search(name):
            continue
        yield Finding(
            "cache_file",
            Severity.WRONG,
            "the cache file outlives the run",
            f"Once {name} is there, later runs read it and run nothing of what stands before the "
            "cache: what you change there has no effect, neither on the training nor on what is "
            "measured here.",
            "Delete the file before each run, give each run a file of its own, or keep it in "
            "memory.",
            cache.key,
            cache.site,
            cache.off,
            _URL,
        )
