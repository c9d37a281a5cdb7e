"""Values of a run that are kept as JSON, from the fields that were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import Any

from core.model.executed import NodeReading, PipelineReading
from core.model.fingerprint import Fingerprint
from core.model.resources import ResourcesAbout
from core.model.run import Failure, Label, Prepared

# All of these raise KeyError, TypeError, ValueError or AttributeError where the fields are not
# what they should be; callers turn that into one ValueError.


def prepared_from(found: Mapping[str, Any]) -> Prepared:
    """What was known once data, pipeline and model were there."""
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return Prepared(**_known(Prepared, {**found, **lists}))


def fingerprint_from(found: Mapping[str, Any]) -> Fingerprint:
    """What the source delivers."""
    sums = tuple((int(count), str(total)) for count, total in found["sums"])
    return Fingerprint(sums, bool(found["whole"]))


def failure_from(found: Mapping[str, Any]) -> Failure:
    """What went wrong."""
    return Failure(**_known(Failure, found))


def label_from(found: Mapping[str, Any]) -> Label:
    """What the person made of a run."""
    return Label(**_known(Label, found))


def label_changes(found: Mapping[str, Any]) -> dict[str, Any]:
    """Those fields of a label that a record holds: it may hold what was changed alone.

    Raises:
        TypeError: One is of another kind than in a label.
    """
    changes = _known(Label, found)
    for name, value in changes.items():
        if type(value) is not type(getattr(Label(), name)):
            raise TypeError(f"the {name} of a label is {type(value).__name__}")
    return changes


def about_from(found: Mapping[str, Any]) -> ResourcesAbout:
    """What is known of all readings of processor, memory, disk and GPUs."""
    return ResourcesAbout(**{**_known(ResourcesAbout, found), "gpus": tuple(found["gpus"])})


def reading_fields(reading: PipelineReading) -> list[Any]:
    """A reading of the executed pipeline as plain lists."""
    return [
        reading.at_s,
        [astuple(node) for node in reading.nodes],
        reading.gaps,
        reading.mean_gap_s,
        reading.ram_budget_bytes,
    ]


def reading_from(
    at_s: float,
    nodes: list[list[Any]],
    gaps: int = 0,
    mean_gap_s: float | None = None,
    ram_budget_bytes: float | None = None,
) -> PipelineReading:
    """One reading; those that an older version wrote end after the nodes."""
    return PipelineReading(
        float(at_s),
        tuple(NodeReading(*node) for node in nodes),
        int(gaps),
        None if mean_gap_s is None else float(mean_gap_s),
        None if ram_budget_bytes is None else float(ram_budget_bytes),
    )


def _known(kind: type, found: Mapping[str, Any]) -> dict[str, Any]:
    """Those that this version knows: a newer one may have written more."""
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in found.items() if name in names}
