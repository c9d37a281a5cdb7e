"""What would help and only a person can do in the code."""

from __future__ import annotations

from collections.abc import Iterator

from core.diagnosis.moves import CHEAP_S, shuffle_first, steady_gain
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, Limit, Suggestion
from core.model.settings import Settings
from core.pipeline.graph.graph import Node
from core.pipeline.method import Cost, Counts
from core.pipeline.recorded_chain.moves import POSITION

_WORTH_TELLING = 1.05


def suggestion(title: str, why: str, node: Node, gain: float | None) -> Suggestion:
    """What would help at a stage, with its line."""
    site = node.site
    return Suggestion(
        title,
        why,
        node.key,
        "" if site is None else site.file,
        0 if site is None else site.line,
        gain,
    )


def only_you_can(
    now: Situation, limit: Limit, narrow: CutRate | None, settings: Settings
) -> Iterator[Suggestion]:
    """What the program cannot put into someone's code, or cannot measure."""
    node = None if narrow is None else now.graph.by_key.get(narrow.stage)
    if limit is Limit.TURNAROUND:
        yield from _longer_epochs(now)
        if not now.short_epochs:
            yield from (
                suggestion(
                    each.title,
                    "epochs are too long to compare here: set it, and compare runs",
                    now.graph.by_key[each.stage],
                    each.expected,
                )
                for each in shuffle_first(now, settings)
            )
    if limit is Limit.CORES and not now.python:
        yield from _more_machines(now)
    if node is None or narrow is None:
        return
    faster = now.times.without(node.key)
    model = now.model_examples_per_s
    gain = min(faster, model) / now.examples_per_s if faster and model else None
    name = node.function.name if node.function is not None else node.title
    if limit is Limit.PYTHON_LOCK:
        yield suggestion(
            f"Write {name} in TensorFlow operations",
            "Python runs one thread at a time, whatever the number of parallel calls",
            node,
            gain,
        )
    elif node.kind == "flat_map":
        yield suggestion(
            "Use interleave with parallel calls in place of flat_map",
            "the order of the examples is then another",
            node,
            gain,
        )
    elif node.kind == "unbatch" and not node.off:
        yield suggestion(
            "Leave out unbatch and the batch behind it", "it takes batches apart", node, gain
        )
    elif node.kind == "filter" and now.graph.batches_behind(node):
        yield suggestion(
            f"Put batch in front of {node.words} and leave examples out with a mask",
            "filter works on one element after the other; batches then differ in size",
            node,
            gain,
        )
    elif node.method.counts is Counts.BATCHED and now.graph.batches_before(node):
        yield suggestion("Batch once", "the elements are batches already", node, gain)
    elif (
        node.method.worth_keeping
        and node.method.cost is Cost.WORKS
        and not now.graph.batches_before(node)
    ):
        each_s = 1.0 / narrow.elements_per_s if narrow.elements_per_s else 1.0
        batch = next(iter(now.graph.batches_behind(node)), None)
        if each_s < CHEAP_S and batch is not None:
            moves = POSITION in batch.knobs
            yield suggestion(
                f"Put batch in front of {node.words} and work on whole batches",
                "its call costs more than its work"
                + ("; it helps only where the function gives the same" if moves else ""),
                node,
                gain,
            )
        elif limit is Limit.CORES:
            yield suggestion(
                f"Make {name} cheaper: smaller images, fewer operations, whole batches at once",
                "all cores are in use: only less work helps, or more cores",
                node,
                gain,
            )


def _more_machines(now: Situation) -> Iterator[Suggestion]:
    pipeline, model = now.pipeline_examples_per_s, now.model_examples_per_s
    last = now.graph.last
    if last is None or not pipeline or not model or last.kind == "service":
        return
    # On this machine a service takes the same cores.
    yield suggestion(
        "A tf.data service on other machines (service.address)",
        f"all {now.cores} cores are in use here; a service here would share them",
        last,
        max(model / now.examples_per_s, 1.0),
    )


def _longer_epochs(now: Situation) -> Iterator[Suggestion]:
    shuffle = next(iter(now.graph.of_kind("shuffle")), None)
    if shuffle is not None and steady_gain(now, shuffle) >= _WORTH_TELLING:
        yield suggestion(
            "shuffle(...).repeat() with steps_per_epoch: one iterator for all epochs",
            "epochs then flow into each other",
            shuffle,
            steady_gain(now, shuffle),
        )
