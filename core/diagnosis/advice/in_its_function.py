"""Stages such as ``interleave`` whose function takes the time, not the datasets that it gives."""

from __future__ import annotations

from core.diagnosis.moves import WAITING_CALLS
from core.diagnosis.situation import Situation
from core.diagnosis.suggestion import gain_without, gain_without_all, suggestion
from core.model.diagnosis import Limit, Suggestion
from core.pipeline.graph.graph import Node


def in_its_function(now: Situation, limit: Limit, node: Node) -> Suggestion | None:
    """For a stage such as ``interleave`` whose function takes the time, not its datasets."""
    if now.graph.datasets_of_window(node) > 1:
        return suggestion(
            "Stack the features into one tensor in front of window, or take windows of the whole "
            "array in a map (tf.gather)",
            f"{node.words} makes several datasets for each window",
            node,
            gain_without_all(now, _of_windows(now)),
        )
    apart = node.kind == "flat_map" and now.graph.before(node, "window")
    feeds = not node.inputs and now.graph.behind(node, "window")
    if node.kind == "window" or apart or feeds:
        return suggestion(
            "Take windows of the whole array: Dataset.range over their start indices and "
            "tf.gather, or keras.utils.timeseries_dataset_from_array",
            "window makes a small dataset for each element",
            node,
            gain_without_all(now, _of_windows(now)),
        )
    if limit is Limit.PYTHON_LOCK or not now.works_in_function(node):
        return None
    name = node.function.name if node.function is not None else "its function"
    return suggestion(
        f"Do the work of {name} in a map with parallel calls in front of {node.words}, or in a "
        "map of the dataset that it returns",
        f"TensorFlow calls the function of {node.kind} for one element after the other; its "
        "parallel calls read datasets",
        node,
        gain_without(now, node, share_in_parallel(now, limit)),
    )


def _of_windows(now: Situation) -> list[Node]:
    """The stages that make windows and put them together."""
    graph, stages = now.graph, list[Node]()
    for node in graph.outer:
        joins = graph.nested(node) if graph.before(node, "window") else ()
        if node.kind == "window" or joins:
            stages += (node, *joins)
    return stages


def share_in_parallel(now: Situation, limit: Limit) -> float:
    """The share of a stage's time that parallel calls take away at most."""
    at_once = WAITING_CALLS[-1] if limit is Limit.STORAGE else now.cores
    return 1.0 - 1.0 / max(at_once, 2)
