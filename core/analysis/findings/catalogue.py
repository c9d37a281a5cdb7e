"""All rules, and what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from core.analysis.findings.beside import dropped_result, shared_cache_file
from core.analysis.findings.caching import (
    cache_file,
    cache_of_order,
    cache_of_random,
    cache_without_end,
    take_behind_cache,
)
from core.analysis.findings.counting import batch_of_batches, nothing_left, skips_batches
from core.analysis.findings.finding import Finding, Severity
from core.analysis.findings.functions import (
    drawn_once,
    generator_as_source,
    one_by_one,
    python_in_parallel,
    random_starts_over,
    sequential_map,
    too_many_calls,
    work_in_interleave,
)
from core.analysis.findings.memory import beyond_memory, large_fill
from core.analysis.findings.prefetching import prefetching
from core.analysis.findings.py_datasets import py_dataset
from core.analysis.findings.reading_files import (
    calls_beyond_cycle,
    cycle_and_files,
    reader_without_end,
    readers_of_one_file,
    sequential_interleave,
)
from core.analysis.findings.repeated_work import again_in_each_branch, datasets_for_each_window
from core.analysis.findings.same_again import order_is_free, random_in_parallel
from core.analysis.findings.shuffling import (
    repeat_before_shuffle,
    shuffle_behind_batch,
    shuffle_buffer,
    shuffle_on_both_sides,
    split_behind_shuffle,
)
from core.model.settings import Settings
from core.pipeline.graph.graph import PipelineGraph
from core.pipeline.graph.written_graph import graph_of

Rule = Callable[[PipelineGraph], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    beyond_memory,
    nothing_left,
    dropped_result,
    shared_cache_file,
    drawn_once,
    shuffle_on_both_sides,
    calls_beyond_cycle,
    reader_without_end,
    cache_of_random,
    cache_of_order,
    cache_without_end,
    cache_file,
    take_behind_cache,
    random_starts_over,
    shuffle_behind_batch,
    shuffle_buffer,
    split_behind_shuffle,
    repeat_before_shuffle,
    skips_batches,
    batch_of_batches,
    large_fill,
    prefetching,
    python_in_parallel,
    sequential_map,
    sequential_interleave,
    work_in_interleave,
    readers_of_one_file,
    cycle_and_files,
    again_in_each_branch,
    datasets_for_each_window,
    too_many_calls,
    one_by_one,
    generator_as_source,
    py_dataset,
    order_is_free,
    random_in_parallel,
)
"""In the order in which findings of the same severity are listed."""


def findings(
    settings: Settings,
    *,
    examples: int | None = None,
    example_bytes: int | None = None,
    cores: int | None = None,
    memory_bytes: float | None = None,
) -> tuple[Finding, ...]:
    """What is known to be wrong or costly about a pipeline under some settings, the gravest first.

    For someone's code as it is written, these are ``user_code_chain(calls).defaults()``.

    Args:
        settings: Of a built-in workload's chain or of that of someone's code.
        examples: Examples in one pass over the data of a built-in workload, where that is known.
        example_bytes: Bytes of one of them as the model is given it, where that is known.
        cores: Cores that the process may use; None leaves out what depends on it.
        memory_bytes: Memory that is free; None leaves out what depends on it.
    """
    graph = graph_of(
        settings,
        examples=examples,
        example_bytes=example_bytes,
        cores=cores,
        memory_bytes=memory_bytes,
    )
    return found_in(graph)


def found_in(graph: PipelineGraph) -> tuple[Finding, ...]:
    """What the rules find, the gravest first."""
    return in_order(finding for rule in RULES for finding in rule(graph))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest first; among equals as they came."""
    grave = list(Severity)
    return tuple(sorted(findings, key=lambda finding: grave.index(finding.severity)))
