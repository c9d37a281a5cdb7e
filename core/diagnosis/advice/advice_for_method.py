"""What a person can do about a call that takes the time, by its method."""

from __future__ import annotations

from core.diagnosis.situation import Situation
from core.pipeline.graph.graph import Node
from core.pipeline.method import Cost, Counts
from core.pipeline.operations import costly_kinds
from core.pipeline.workers.py_dataset import KIND as PY_DATASET

_CSV = "CsvDataset"
_OF_KIND = {
    "padded_batch": (
        "Put elements of about the same length together in place of {node}: "
        "bucket_by_sequence_length",
        "each batch is padded to its longest element",
    ),
    "shuffle": (
        "Shuffle smaller elements than in {node}: file names or array indices, in front of "
        "the work",
        "it copies each element into its buffer and out of it",
    ),
    "cache": (
        "Keep smaller elements in {node}, and in memory where they fit: smaller types, selected "
        "or resized first",
        "each epoch reads all of it",
    ),
    "batch": (
        "Have {node} copy less: smaller types until the model, selected or cropped first",
        "it copies its elements into one",
    ),
}
"""What to do with calls that copy elements, and why."""


def advice_for_method(now: Situation, node: Node) -> tuple[str, str] | None:
    """What to do with a call of some method, and why."""
    graph, works = now.graph, node.method.cost is Cost.WORKS
    # Also a map right behind the reader that only puts its fields together.
    puts_together = node.kind == "map" and not costly_kinds(node.function) and not node.python
    own = (node.key, *(node.inputs if puts_together else ()))
    csv = next((each for each in graph.of_kind(_CSV) if each.key in own), None)
    if csv is not None and graph.batches_behind(node):
        return (
            f"Read with TextLineDataset and decode whole batches (tf.io.decode_csv) in place of "
            f"{csv.words}",
            "it makes a tensor of each field of each line",
        )
    if node.kind == "from_generator":
        return (
            f"Have {node.words} ask for several things at a time, or ahead (threads, asynchronous "
            "calls), or yield names and fetch in a map with parallel calls",
            "it waits for one after the other",
        )
    if (not node.inputs or node.method.reads) and not node.inside and works:
        if node.kind == PY_DATASET:
            return (
                f"Have {node.words} fetch several things at a time (threads in __getitem__, more "
                "workers), or once into memory",
                "it fetches everything anew in each epoch",
            )
        return (
            f"Have {node.words} do less: files that are not compressed and need no parsing, read "
            "several at a time, or a cache() behind it",
            "it reads everything anew in each epoch",
        )
    if node.kind == "from_tensor_slices":
        return (
            f"Take parts of the arrays of {node.words} in a map with parallel calls: Dataset.range "
            "over their indices, and tf.gather or a slice of what is needed",
            "it copies one whole element after the other",
        )
    if node.method.counts is Counts.SHARDED:
        reads = next((each for each in graph.before(node) if not each.inputs), None)
        first = "the work" if reads is None else reads.words
        return (
            f"Put {node.words} in front of {first}: shard the list of files, or what is cheap",
            f"it keeps one of {node.number('num_shards') or 'several'} elements that are made",
        )
    if node.kind == "unbatch" and not node.off:
        return "Leave out unbatch and the batch behind it", "it takes batches apart"
    if node.kind == "scan":
        name = node.function.name if node.function is not None else "its function"
        return (
            f"Do what {name} needs no state for in a map with parallel calls, in front of "
            f"{node.words} or behind it",
            "scan calls its function for one element after the other",
        )
    if node.kind == "filter" and (node.python or costly_kinds(node.function)):
        name = node.function.name if node.function is not None else "its function"
        return (
            f"Do the work of {name} in a map with parallel calls, and filter by its result",
            "filter calls its function for one element after the other",
        )
    if node.kind == "filter" and graph.batches_behind(node):
        return (
            f"Put batch in front of {node.words} and leave examples out with a mask",
            "filter works on one element after the other; batches then differ in size",
        )
    if node.method.counts is Counts.BATCHED and graph.batches_before(node):
        return "Batch once", "the elements are batches already"
    if node.kind in _OF_KIND:
        what, why = _OF_KIND[node.kind]
        return what.format(node=node.words), why
    return None
