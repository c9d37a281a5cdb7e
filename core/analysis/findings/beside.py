"""Calls that the pipeline does not come from: results that are dropped, files that are shared."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import API, Finding, Severity
from core.pipeline.graph.graph import PipelineGraph


def dropped_result(graph: PipelineGraph) -> Iterator[Finding]:
    """A dataset that is made and dropped."""
    for call in graph.beside:
        if call.method == "cache" and call.arguments.get("filename"):
            continue
        name = f" {call.function.name}" if call.function else ""
        yield Finding(
            "dropped_result",
            Severity.WRONG,
            "a dataset that is made and dropped",
            f"{call.method}{name} (line {call.site.line}) gives a new dataset, and nothing takes "
            "it: the pipeline goes on without it.",
            f"Assign it: dataset = dataset.{call.method}(...).",
            call.key,
            call.site,
            {},
            f"{API}Dataset",
        )


def shared_cache_file(graph: PipelineGraph) -> Iterator[Finding]:
    """One cache file for two datasets."""
    files = {
        call.arguments.get("filename"): call for call in graph.beside if call.method == "cache"
    }
    for node in graph.of_kind("cache"):
        other = files.get(node.values.get("filename"))
        if other is None or not node.values.get("filename"):
            continue
        yield Finding(
            "shared_cache_file",
            Severity.WRONG,
            "one cache file for two datasets",
            f"{node.words} and the cache in line {other.site.line} write to the same file: "
            "whichever is filled second reads the elements of the first.",
            "Give each dataset a file of its own.",
            node.key,
            node.site,
            {},
            f"{API}Dataset#cache",
        )
