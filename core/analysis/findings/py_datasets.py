"""Who makes the batches of a ``keras.utils.PyDataset``: threads that share a lock, or forks."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import Finding, Severity
from core.pipeline.graph.graph import Node, PipelineGraph
from core.pipeline.workers.py_dataset import (
    KIND,
    START_METHOD,
    URL,
    USE_MULTIPROCESSING,
    WORKERS,
    start_method,
)

_FORK = "https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods"


def py_dataset(graph: PipelineGraph) -> Iterator[Finding]:
    """What the workers of a ``PyDataset`` cost and risk."""
    for node in graph.of_kind(KIND):
        workers = node.number(WORKERS) or 1
        if node.values.get(USE_MULTIPROCESSING):
            yield from _forks(node)
            yield _no_autotune(node)
        elif workers > 1:
            yield Finding(
                "py_dataset_threads",
                Severity.COSTLY,
                "threads that share Python's lock",
                f"{workers} threads of Keras make the batches of {node.words}, and Python runs one "
                "of them at a time (the GIL). Only what lets go of it meanwhile (waiting for a "
                "file, some of NumPy) overlaps: on 2 cores 2 threads were 0.98 times as fast as "
                "none, 2 processes 1.6 times.",
                "Pass use_multiprocessing=True where it is made.",
                node.key,
                node.site,
                node.set(True, USE_MULTIPROCESSING),
                URL,
                about_time=True,
            )
            yield _no_autotune(node)
        elif graph.cores is None or graph.cores > 1:
            yield Finding(
                "py_dataset_alone",
                Severity.HINT,
                "batches made in Python one after the other",
                f"One thread makes the batches of {node.words} and holds Python's lock, which the "
                "training loop needs too. Processes can make several at the same time where a "
                "batch takes longer than sending it.",
                "Pass workers=2 and use_multiprocessing=True where it is made, and compare.",
                node.key,
                node.site,
                {**node.set(graph.cores or 2, WORKERS), **node.set(True, USE_MULTIPROCESSING)},
                URL,
                about_time=True,
            )


def _forks(node: Node) -> Iterator[Finding]:
    method = node.values.get(START_METHOD) or start_method()
    if method != "fork":
        return
    yield Finding(
        "py_dataset_forks",
        Severity.HINT,
        "forks after TensorFlow was started",
        f"In each epoch the workers of {node.words} are copies (fork) of a process in which "
        "TensorFlow runs threads. A lock that one of these holds at that moment stays locked in "
        "the copy, which may then wait for ever, above all where __getitem__ calls TensorFlow.",
        "Use NumPy alone in __getitem__. Where that does not do, "
        'multiprocessing.set_start_method("spawn") at the start of the program starts workers '
        "from nothing; a file of yours that is opened here cannot be measured so.",
        node.key,
        node.site,
        {},
        _FORK,
    )


def _no_autotune(node: Node) -> Finding:
    return Finding(
        "py_dataset_no_autotune",
        Severity.HINT,
        "autotune is off",
        f"With workers, Keras turns the autotune of tf.data off for {node.words} and gives it one "
        "thread: nothing behind it is tuned, and TensorFlow keeps no performance model, so "
        "nothing can be said of single stages.",
        "There is nothing to mend where the batches come from the workers as the model needs them; "
        "input wait and throughput are timed all the same.",
        node.key,
        node.site,
        {},
        URL,
    )
