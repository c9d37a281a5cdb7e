"""Whether shuffling mixes what it is there to mix."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import API, GUIDE, Finding, Severity
from core.model.quantity import significant
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.method import Shape

_URL = f"{API}Dataset#shuffle"
_FAR_SMALLER = 0.1


def shuffle_buffer(graph: PipelineGraph) -> Iterator[Finding]:
    """A buffer that holds too little to mix."""
    for shuffle in graph.of_kind("shuffle"):
        size, elements = shuffle.number("buffer_size"), shuffle.elements
        known = elements is not None and elements > 1
        change = shuffle.set(elements, "buffer_size") if known and elements else {}
        if size == 1:
            yield Finding(
                "shuffle_of_one",
                Severity.WRONG,
                "shuffle(1) does not shuffle",
                "The next element is drawn from a buffer of one: the order stays as it is.",
                "Give it a buffer as large as the data, or as memory allows.",
                shuffle.key,
                shuffle.site,
                change,
                _URL,
            )
        elif size is not None and known and elements and size < _FAR_SMALLER * elements:
            if any(node.reshuffles for node in graph.before(shuffle)):
                continue
            percent = significant(100.0 * size / elements, 2)
            yield Finding(
                "shuffle_small",
                Severity.HINT,
                "a small shuffle buffer",
                f"It holds {size} of {elements} elements ({percent} %): what stands far apart is "
                "never mixed. Of data that are sorted, by class or by file, batches are one-sided.",
                "Make the buffer larger where memory allows, or shuffle the files too.",
                shuffle.key,
                shuffle.site,
                change,
                _URL,
            )


def shuffle_behind_batch(graph: PipelineGraph) -> Iterator[Finding]:
    """A shuffle that moves whole batches."""
    for shuffle in graph.of_kind("shuffle"):
        batches = graph.batches_before(shuffle)
        if not batches or graph.batches_behind(shuffle):
            # A batch behind it makes what fit takes: those before made elements of it.
            continue
        batch = batches[-1]
        mixed = any(node.reshuffles for node in graph.before(batch))
        if mixed or any(
            node.method.shape is Shape.UNBATCHED for node in graph.between(batch, shuffle)
        ):
            continue
        yield Finding(
            "shuffle_behind_batch",
            Severity.WRONG,
            "shuffle behind batch",
            f"It moves whole batches that {batch.words} made: the same examples stay together in "
            "every epoch.",
            "Shuffle before the batch.",
            shuffle.key,
            shuffle.site,
            {},
            f"{GUIDE}#randomly_shuffling_input_data",
        )


def repeat_before_shuffle(graph: PipelineGraph) -> Iterator[Finding]:
    """Epochs that run into each other."""
    for repeat in graph.of_kind("repeat"):
        for shuffle in graph.behind(repeat, "shuffle")[:1]:
            passes = graph.cardinality.passes(repeat.key, shuffle.key)
            if passes in (None, 0, 1) or shuffle.number("buffer_size") == 1:
                continue
            yield Finding(
                "repeat_before_shuffle",
                Severity.HINT,
                "repeat before the shuffle",
                f"{shuffle.words} mixes the end of one pass over the data with the beginning of "
                "the next: some examples come twice before others come once.",
                "Put repeat behind the shuffle, unless the epochs are meant to blur.",
                repeat.key,
                repeat.site,
                {},
                f"{GUIDE}#randomly_shuffling_input_data",
            )


def shuffle_on_both_sides(graph: PipelineGraph) -> Iterator[Finding]:
    """One reshuffled dataset from which several sides of a zip come."""
    for node in graph.of_kind("zip"):
        sides = [{key, *(earlier.key for earlier in graph.before(graph.by_key[key]))}
                 for key in node.inputs if key in graph.by_key]  # fmt: skip
        for shuffle in graph.before(node, "shuffle"):
            if not shuffle.reshuffles or sum(shuffle.key in side for side in sides) < 2:
                continue
            yield Finding(
                "shuffle_on_both_sides",
                Severity.WRONG,
                "one shuffle on both sides of a zip",
                f"Each side of {node.words} runs {shuffle.words} for itself and gets another "
                "order: the elements of a pair do not belong together.",
                "Shuffle behind the zip, or take both parts of an element in one map.",
                node.key,
                node.site,
                {},
                _URL,
            )


def split_behind_shuffle(graph: PipelineGraph) -> Iterator[Finding]:
    """A part of the data that is another in each epoch."""
    for split in graph.outer:
        shuffle = _reshuffled(graph, split) if split.method.splits else None
        if shuffle is None or split.number("count") in (0, -1):
            continue
        if split.kind == "shard":
            yield _split(
                "shard_behind_shuffle",
                Severity.WRONG,
                "shard behind a shuffle",
                f"Each worker shuffles for itself in {shuffle.words} and takes its share of that: "
                "some examples go to several workers, others to none.",
                "Put shard before the shuffle.",
                split,
                f"{API}Dataset#shard",
            )
            continue
        skip = split.kind == "skip"
        yield _split(
            f"{split.kind}_behind_shuffle",
            Severity.WRONG if skip else Severity.HINT,
            f"{split.kind} behind a shuffle",
            f"{shuffle.words} gives another order in each epoch, so {split.words} "
            f"{'leaves out' if skip else 'takes'} other examples each time: a validation set split "
            "off by take and skip mixes with the training set.",
            "Split before the shuffle, or shuffle with reshuffle_each_iteration=False.",
            split,
            _URL,
        )


def _reshuffled(graph: PipelineGraph, split: Node) -> Node | None:
    """The shuffle by which a part would be another in each epoch; None where it stays the same."""
    for shuffle in reversed([node for node in graph.before(split) if node.reshuffles]):
        kept = any(node.method.keeps for node in graph.between(shuffle, split))
        seeded = split.kind == "shard" and shuffle.values.get("seed") is not None
        if not kept and not seeded:
            return shuffle
    return None


def _split(
    key: str, grave: Severity, title: str, why: str, remedy: str, split: Node, url: str
) -> Finding:
    return Finding(key, grave, title, why, remedy, split.key, split.site, {}, url)
