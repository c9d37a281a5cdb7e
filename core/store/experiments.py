"""Experiments as plain values and as rows of the database, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from core.model import checked
from core.model.experiment import MOST_PLACES, Axis, Experiment, ExperimentKind
from core.model.kinds import Device, Value
from core.model.plain_json import MOST_JSON_BYTES, parsed_object
from core.model.plan import DEVICE, WINDOW

TABLE = "experiments (id TEXT PRIMARY KEY, created TEXT NOT NULL, body TEXT NOT NULL)"


def to_fields(experiment: Experiment) -> dict[str, Any]:
    """An experiment as plain JSON values."""
    fields = asdict(experiment)
    fields["kind"] = experiment.kind.value
    fields["configurations"] = [dict(one) for one in experiment.configurations]
    return fields


def to_body(experiment: Experiment) -> str:
    """An experiment as the text of its row."""
    return json.dumps(to_fields(experiment), ensure_ascii=False, separators=(",", ":"))


def from_body(text: str) -> Experiment:
    """The experiment of a row.

    Raises:
        ValueError: The text holds none; says why.
    """
    return from_fields(parsed_object(text))


def from_fields(found: Any) -> Experiment:
    """The experiment of plain values.

    Raises:
        ValueError: They are none; says why.
    """
    try:
        configurations = checked.items(found["configurations"], MOST_PLACES)
        repeats = checked.whole(found["repeats"], 0)
        if not configurations or len(configurations) * repeats > MOST_PLACES:
            raise ValueError(f"it has no runs, or more than {MOST_PLACES}")
        settled = found.get("settled_after")
        return Experiment(
            kind=ExperimentKind(found["kind"]),
            workload=checked.text(found["workload"], checked.MOST_VALUE_CHARACTERS),
            configurations=tuple(map(_configuration, configurations)),
            repeats=repeats,
            axes=tuple(map(_axis, checked.items(found["axes"]))),
            design=checked.text(found["design"], checked.MOST_VALUE_CHARACTERS),
            early=checked.flag(found["early"]),
            id=checked.word(found["id"]),
            name=checked.text(found["name"]),
            created=checked.moment(found["created"]),
            settled_after=None if settled is None else checked.whole(settled, 0, repeats),
            deleted=checked.flag(found["deleted"]),
            pipeline=checked.text(found.get("pipeline", ""), MOST_JSON_BYTES),
            # Those that an older version kept ran in the program itself.
            engine=checked.text(found.get("engine", WINDOW), checked.MOST_KEY_CHARACTERS),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks something ({error})") from error


def _configuration(found: object) -> dict[str, Value]:
    values = checked.values(found)
    Device().check(values[DEVICE])
    return values


def _axis(found: Mapping[str, Any]) -> Axis:
    return Axis(
        checked.text(found["key"], checked.MOST_KEY_CHARACTERS),
        tuple(map(checked.value, checked.items(found["values"]))),
    )
