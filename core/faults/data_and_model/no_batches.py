"""Pipelines that give nothing to train on, which raise no error by themselves."""

from __future__ import annotations

from typing import Any

from core.faults.context import FailureContext, words_of
from core.faults.words import named, path
from core.lazy import tf
from core.model.errors import ExplorerError, RunError
from core.pipeline.methods import of_kind

_MOST_STAGES = 40


def no_tensors(dataset: Any) -> ExplorerError | None:
    """Batches that no model takes: datasets, as ``window`` gives them. None where all is well."""
    specs = tf.nest.flatten(dataset.element_spec)
    if not any(isinstance(spec, tf.data.DatasetSpec) for spec in specs):
        return None
    return RunError(
        "Its elements cannot be trained on: each holds a dataset within a dataset",
        expected="batches of tensors",
        remedy="Measure the pipeline alone, or make tensors of them with flat_map.",
    )


def no_batches(context: FailureContext) -> ExplorerError:
    """The pipeline ended before its first batch, which Keras takes for success."""
    where = _first_empty(context)
    empty = [file for file in context.read.files if _is_empty(file)]
    if where:
        why = f": {where} gives no element"
    elif empty and len(empty) == len(context.read.files):
        why = f": all files that it reads are empty ({named([path(file) for file in empty], 2)})"
    else:
        filters = _may_hold_back(context)
        why = f": perhaps {filters} lets nothing through" if filters else ""
    return RunError(
        f"The pipeline delivered 0 batches, so nothing was trained{why}",
        expected="at least one batch an epoch",
        remedy=(
            "Look at the source for data, and at batch.drop_remainder: with it, a batch size "
            "above the number of examples leaves nothing."
        ),
    )


def _may_hold_back(context: FailureContext) -> str:
    """The only stage that lets through what it likes; empty where there are none or several."""
    stages = context.settings.stages_in_order() if context.settings is not None else ()
    filters = [stage for stage in stages if of_kind(stage.kind).filters]
    return words_of(filters[0]) if len(filters) == 1 else ""


def _is_empty(file: Any) -> bool:
    try:
        return bool(file.stat().st_size == 0)
    except OSError:
        return False


def _first_empty(context: FailureContext) -> str:
    """The first stage of which TensorFlow knows that it gives nothing, by its method's name."""
    chain: list[Any] = []
    dataset = context.dataset
    try:
        while dataset is not None and len(chain) < _MOST_STAGES:
            chain.append(dataset)
            inputs = dataset._inputs()
            dataset = inputs[0] if len(inputs) == 1 else None
        empty = next((part for part in reversed(chain) if int(part.cardinality()) == 0), None)
    except Exception:
        # What TensorFlow keeps to itself may be another in its next version.
        return ""
    return "" if empty is None else _name(empty, context)


def _name(dataset: Any, context: FailureContext) -> str:
    """What a dataset is called in the chain, where just one stage is of its kind."""
    node = type(dataset).__name__.strip("_").removesuffix("V2").removesuffix("Dataset")
    if context.settings is None:
        return node
    stages = [
        stage
        for stage in context.settings.stages_in_order()
        if any(name.startswith(node) for name in stage.runs_as(context.settings))
    ]
    return words_of(stages[0]) if len(stages) == 1 else node
