"""What makes two trainings with the same settings differ, so that their losses do too."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import API, Finding, Severity
from core.model.kinds import Value
from core.pipeline.graph.graph import Node, PipelineGraph


def order_is_free(graph: PipelineGraph) -> Iterator[Finding]:
    """Elements that come in any order."""
    parallel = [node for node in graph.outer if node.parallel]
    free = [node for node in parallel if node.values.get("deterministic") is False]
    options = graph.of_kind("with_options")
    by_options = graph.deterministic is False and any(
        node.values.get("deterministic") is None for node in parallel
    )
    if not free and not by_options:
        return
    about: Node | None = free[0] if free else (options[-1] if options else None)
    change: dict[str, Value] = {}
    if free:
        change = free[0].set("on", "deterministic")
    elif about is None:
        change = {"options.deterministic": True}
    yield Finding(
        "order_is_free",
        Severity.HINT,
        "the order of the examples is free",
        "With deterministic=False, parallel stages deliver whichever element is ready first: the "
        "order is another in every run, so the losses of two runs differ also where nothing else "
        "does.",
        "Keep the order where losses are compared; let it go where only speed counts.",
        about.key if about is not None else "options",
        about.site if about is not None else None,
        change,
        f"{API}Options#deterministic",
    )


def random_in_parallel(graph: PipelineGraph) -> Iterator[Finding]:
    """Random numbers drawn by several threads."""
    for node in graph.all:
        if not node.stateful or not node.parallel:
            continue
        if any(inner.random for inner in graph.nested(node)):
            continue
        yield Finding(
            "random_in_parallel",
            Severity.HINT,
            "random numbers under parallel calls",
            f"In {node.words} whichever thread comes first draws first: the examples are other "
            "ones in every run, also with a seed, and so are the losses.",
            "Where runs must be repeatable, zip the data with seeds and use tf.random.stateless_*.",
            node.key,
            node.site,
            {},
            f"{API}Dataset#map",
        )
