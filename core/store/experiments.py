"""Experiments as plain values and as rows of the database, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from core.model.experiment import Axis, Experiment, ExperimentKind
from core.model.plan import WINDOW

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
    return from_fields(json.loads(text))


def from_fields(found: Any) -> Experiment:
    """The experiment of plain values.

    Raises:
        ValueError: They are none; says why.
    """
    try:
        settled = found.get("settled_after")
        return Experiment(
            kind=ExperimentKind(found["kind"]),
            workload=str(found["workload"]),
            configurations=tuple(dict(one) for one in found["configurations"]),
            repeats=int(found["repeats"]),
            axes=tuple(Axis(str(one["key"]), tuple(one["values"])) for one in found["axes"]),
            design=str(found["design"]),
            early=bool(found["early"]),
            id=str(found["id"]),
            name=str(found["name"]),
            created=str(found["created"]),
            settled_after=None if settled is None else int(settled),
            deleted=bool(found["deleted"]),
            pipeline=str(found.get("pipeline", "")),
            # Those that an older version kept ran in the program itself.
            engine=str(found.get("engine", WINDOW)),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks something ({error})") from error
