"""Fold a chain of stages into a ``tf.data.Dataset``."""

from __future__ import annotations

from typing import Any

from core.model.settings import Settings
from core.model.stage import SourceData, StageCode


def build(settings: Settings, data: SourceData) -> Any:
    """The pipeline that the settings describe.

    Args:
        settings: A value for every knob of the chain.
        data: Where the workload's files are.

    Returns:
        A ``tf.data.Dataset`` of batches, ready for ``model.fit``.
    """
    dataset: Any = None
    for stage in settings.stages_in_order():
        dataset = stage.apply(dataset, settings, data)
    return dataset


def write(settings: Settings, data: SourceData) -> StageCode:
    """The same pipeline as Python: statements, definitions and imports put together."""
    parts = [stage.write(settings, data) for stage in settings.stages_in_order()]
    return StageCode(
        tuple(line for part in parts for line in part.lines),
        tuple(dict.fromkeys(text for part in parts for text in part.functions)),
        frozenset().union(*(part.imports for part in parts), {"import tensorflow as tf"}),
    )
