"""Values of a run that are kept as JSON, from the fields that were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import Any

from core.model import checked
from core.model.executed import NodeReading, PipelineReading
from core.model.fingerprint import Fingerprint
from core.model.resources import ResourcesAbout
from core.model.run import Failure, Label, Prepared

MOST_GPUS = 64
_MOST_SUMS, _MOST_DIGITS = 200, 64

# All of these raise KeyError, TypeError, ValueError or AttributeError where the fields are not
# what they should be; callers turn that into one ValueError.


def prepared_from(found: Mapping[str, Any]) -> Prepared:
    """What was known once data, pipeline and model were there."""
    return checked.made(Prepared, found)


def fingerprint_from(found: Mapping[str, Any]) -> Fingerprint:
    """What the source delivers."""
    sums = tuple(
        (checked.whole(count, 0), checked.text(total, _MOST_DIGITS))
        for count, total in checked.items(found["sums"], _MOST_SUMS)
    )
    return Fingerprint(sums, checked.flag(found["whole"]))


def failure_from(found: Mapping[str, Any]) -> Failure:
    """What went wrong."""
    return checked.made(Failure, found)


def label_from(found: Mapping[str, Any]) -> Label:
    """What the person made of a run."""
    return checked.made(Label, found)


def label_changes(found: Mapping[str, Any]) -> dict[str, Any]:
    """Those fields of a label that a record holds: it may hold what was changed alone.

    Raises:
        ValueError: One is of another kind than in a label.
    """
    names = {one.name for one in fields(Label)}
    changes = {name: value for name, value in found.items() if name in names}
    checked.made(Label, changes)
    return changes


def about_from(found: Mapping[str, Any]) -> ResourcesAbout:
    """What is known of all readings of processor, memory, disk and GPUs."""
    # So many decide on how much is allocated for each reading.
    checked.items(found["gpus"], MOST_GPUS)
    return checked.made(ResourcesAbout, found)


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
        checked.number(at_s),
        tuple(checked.made_of_row(NodeReading, node) for node in checked.items(nodes)),
        checked.whole(gaps),
        checked.number_or_none(mean_gap_s),
        checked.number_or_none(ram_budget_bytes),
    )
