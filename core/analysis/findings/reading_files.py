"""How many files are read at the same time, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import API, PERFORMANCE, Finding, Severity
from core.model.kinds import AUTOTUNE, OFF, Value
from core.pipeline.graph.graph import PipelineGraph
from core.pipeline.method import Form
from core.pipeline.step_counts import ENDLESS

_URL = f"{PERFORMANCE}#parallelizing_data_extraction"


def readers_of_one_file(graph: PipelineGraph) -> Iterator[Finding]:
    """Parallel reads with fewer files than readers."""
    for node in graph.all:
        if (
            node.method.form is not Form.READER
            or not node.parallel
            or node.files is None
            or node.files < 1
        ):
            continue
        if node.files > 1 and (node.calls == AUTOTUNE or _whole(node.calls) <= node.files):
            continue
        single = node.files == 1
        yield Finding(
            "readers_of_one_file" if single else "more_readers_than_files",
            Severity.COSTLY if single else Severity.HINT,
            "parallel reads of a single file" if single else "more readers than files",
            (
                "num_parallel_reads reads several files at once and never parts of one: a "
                "second reader has nothing to read, and each record takes the way through another "
                "thread (alone, on 2 cores, records of 200 bytes took at least twice as long)."
                if single
                else f"{node.calls} readers share {node.files} files: the others have nothing to "
                "do."
            ),
            "Leave num_parallel_reads out, or split the data into several files."
            if single
            else f"{node.files} are enough.",
            node.key,
            node.site,
            node.set_calls(OFF if single else node.files),
            _URL,
            about_time=True,
        )


def cycle_and_files(graph: PipelineGraph) -> Iterator[Finding]:
    """An interleave over fewer elements than it takes at the same time."""
    for node in graph.outer:
        files, cycle = graph.elements_before(node), node.number("cycle_length")
        if not node.method.interleaves or files is None or files < 1:
            continue
        if cycle is None or cycle <= files:
            continue
        yield Finding(
            "cycle_beyond_files",
            Severity.HINT,
            "a cycle longer than there are files",
            f"{node.words} takes {cycle} elements in turn and gets {files}: no more than {files} "
            "are ever read at the same time.",
            "Split the data into more files, or shorten the cycle.",
            node.key,
            node.site,
            {},
            f"{API}Dataset#interleave",
            about_time=True,
        )


def calls_beyond_cycle(graph: PipelineGraph) -> Iterator[Finding]:
    """More parallel calls than an interleave has open, which TensorFlow refuses."""
    for node in graph.all:
        cycle, calls = node.number("cycle_length"), node.calls
        if not node.method.interleaves or cycle is None or not isinstance(calls, int):
            continue
        if calls <= cycle:
            continue
        yield Finding(
            "calls_beyond_cycle",
            Severity.WRONG,
            "more parallel calls than the cycle is long",
            f"TensorFlow refuses num_parallel_calls={calls} with cycle_length={cycle}: the "
            "pipeline fails as soon as it is built.",
            f"Raise cycle_length to {calls}, or take at most {cycle} calls.",
            node.key,
            node.site,
            node.set(calls, "cycle_length") or node.set_calls(cycle),
            f"{API}Dataset#interleave",
        )


def sequential_interleave(graph: PipelineGraph) -> Iterator[Finding]:
    """An interleave that reads one file at a time."""
    for node in graph.outer:
        if not node.method.interleaves or node.calls is not None or node.python:
            continue
        if graph.elements_before(node) == 1:
            continue
        yield Finding(
            "sequential_interleave",
            Severity.HINT,
            "an interleave without parallel calls",
            f"{node.words} mixes files but reads one at a time, and TensorFlow leaves it so. It "
            "matters where opening or reading a file takes time (remote or cold storage); with "
            "the files in memory there is nothing to gain.",
            "Give it num_parallel_calls=tf.data.AUTOTUNE.",
            node.key,
            node.site,
            node.set_calls(AUTOTUNE),
            _URL,
            about_time=True,
        )


def reader_without_end(graph: PipelineGraph) -> Iterator[Finding]:
    """A repeat inside an interleave: files that are never reached."""
    for outer in graph.outer:
        if not outer.method.makes_datasets or outer.method.batches:
            continue
        files, cycle = graph.elements_before(outer), outer.number("cycle_length")
        open_at_once = cycle if outer.method.interleaves else 1
        if files is not None and (files < 2 or (open_at_once or 0) >= files):
            continue
        for repeat in graph.nested(outer):
            if repeat.kind != "repeat" or repeat.passes != ENDLESS:
                continue
            if repeat.inside != outer.key or graph.behind(repeat, "take"):
                continue
            sure = open_at_once is not None and files is not None
            reached = (
                "the first file is"
                if open_at_once == 1
                else f"the first {open_at_once or 'few'} files are"
            )
            yield Finding(
                "reader_without_end",
                Severity.WRONG if sure or not outer.method.interleaves else Severity.HINT,
                "repeat inside " + outer.kind,
                f"{repeat.words} lets a file never end, so {outer.words} never comes to the next "
                f"one: only {reached} ever read.",
                f"Put repeat behind the {outer.kind}.",
                repeat.key,
                repeat.site,
                {},
                f"{API}Dataset#interleave",
            )


def _whole(calls: Value | None) -> int:
    return calls if isinstance(calls, int) else 0
