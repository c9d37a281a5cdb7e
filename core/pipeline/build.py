"""Fold a chain of stages into a ``tf.data.Dataset``."""

from __future__ import annotations

from typing import Any

from core.model.kinds import Value
from core.model.settings import Settings
from core.model.stage import SourceData, StageCode
from core.pipeline.stages.interleave import Interleave
from core.pipeline.stages.service import Service
from core.pipeline.stages.source import SourceStage


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


def pieces(settings: Settings, data: SourceData) -> dict[str, Any]:
    """The same pipeline cut off behind each of its stages.

    Returns:
        The ``tf.data.Dataset`` behind each stage that takes part, by the stage's key, in the order
        of the data.
    """
    datasets: dict[str, Any] = {}
    dataset: Any = None
    for stage in settings.stages_in_order():
        before, dataset = dataset, stage.apply(dataset, settings, data)
        if dataset is not before:
            datasets[stage.key] = dataset
    return datasets


def source_alone(settings: Settings, data: SourceData) -> Any:
    """What the source delivers, one example after the other and file after file.

    Only settings that decide which data are delivered count: neither order nor speed do.

    Returns:
        A ``tf.data.Dataset`` of examples, the same for all settings that train on the same data.
    """
    plain = settings.chain.defaults().with_values(source_settings(settings))
    dataset: Any = None
    for stage in plain.chain.stages:
        if isinstance(stage, SourceStage):
            dataset = stage.with_contents(stage.apply(dataset, plain, data))
        elif isinstance(stage, Interleave):
            dataset = stage.apply(dataset, plain.switched(stage, on=False), data)
    return dataset


def is_served(settings: Settings) -> bool:
    """Whether a tf.data service takes part."""
    return _service(settings) is not None


def through_service(dataset: Any, settings: Settings, data: SourceData) -> Any:
    """A dataset as it comes out of the tf.data service of these settings, wherever that stands."""
    service = _service(settings)
    if service is None:
        return dataset
    position = service.id("position")
    last = settings.with_values({position: settings.chain.knob(position).default})
    return service.apply(dataset, last, data)


def _service(settings: Settings) -> Service | None:
    services = (stage for stage in settings.chain.stages if isinstance(stage, Service))
    return next((service for service in services if service.is_on(settings)), None)


def has_source(settings: Settings) -> bool:
    """Whether it is known which part of a pipeline delivers its examples: of own code it is not."""
    return any(isinstance(stage, SourceStage) for stage in settings.chain.stages)


def source_settings(settings: Settings) -> dict[str, Value]:
    """Settings that decide which data a source delivers."""
    sources = (stage for stage in settings.chain.stages if isinstance(stage, SourceStage))
    return {
        key: value
        for source_stage in sources
        for key, value in source_stage.decides(settings).items()
    }


def write(settings: Settings, data: SourceData) -> StageCode:
    """The same pipeline as Python: statements, definitions and imports put together."""
    parts = [stage.write(settings, data) for stage in settings.stages_in_order()]
    return StageCode(
        tuple(line for part in parts for line in part.lines),
        tuple(dict.fromkeys(text for part in parts for text in part.functions)),
        frozenset().union(*(part.imports for part in parts), {"import tensorflow as tf"}),
        tuple(line for part in parts for line in part.environment),
        tuple(line for part in parts for line in part.process),
    )
