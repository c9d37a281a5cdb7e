"""Work that is done more often than it need be."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import API, Finding, Severity
from core.analysis.findings.functions import is_elementwise
from core.pipeline.graph.graph import PipelineGraph
from core.pipeline.operations import costly_kinds


def again_in_each_branch(graph: PipelineGraph) -> Iterator[Finding]:
    """A costly map in front of the place where a pipeline parts."""
    for parting in graph.outer:
        branches = graph.branches(parting)
        way = [*graph.before(parting), parting]
        maps = [node for node in way if node.kind == "map" and not is_elementwise(node)]
        if branches < 2 or not maps or any(node.method.keeps for node in way):
            continue
        costly = [node for node in maps if node.python or costly_kinds(node.function)]
        node = (costly or maps)[-1]
        work = "it" if node is parting else node.words
        yield Finding(
            "again_in_each_branch",
            Severity.COSTLY if costly else Severity.HINT,
            "the same work for each of several datasets",
            f"{branches} datasets are made of {parting.words}, and each of them runs {work} for "
            f"itself: the work is done up to {branches} times.",
            f"Split the data in front of {node.words}"
            + (", or put a cache behind it." if graph.cache_serves(*maps) else "."),
            node.key,
            node.site,
            {},
            f"{API}Dataset#cache",
            about_time=True,
        )


def datasets_for_each_window(graph: PipelineGraph) -> Iterator[Finding]:
    """A window that is put together again from several datasets."""
    for node in graph.outer:
        datasets = graph.datasets_of_window(node)
        if datasets < 2:
            continue
        yield Finding(
            "datasets_for_each_window",
            Severity.HINT,
            "several datasets for each window",
            f"{node.words} makes {datasets} datasets for each window, with an iterator each: that "
            "may take longer than all else that is done with the window.",
            "Stack the features into one tensor in front of the window and take them apart behind "
            "the batch, or take windows of the whole array in a map (tf.gather).",
            node.key,
            node.site,
            {},
            f"{API}Dataset#window",
            about_time=True,
        )
