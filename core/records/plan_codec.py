"""A run's plan as plain JSON values, and back."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from core.model.plan import WINDOW, Part, RunPlan


def plan_fields(plan: RunPlan) -> dict[str, Any]:
    """All of a plan but its id."""
    return {
        "workload": plan.workload,
        "values": dict(plan.values),
        "data_folder": plan.data_folder,
        "part": plan.part.value,
        "tag": plan.tag,
        "pipeline": plan.pipeline,
        "engine": plan.engine,
    }


def plan_from(fields: Mapping[str, Any], run_id: str) -> RunPlan:
    """The plan again; what an older version did not write has its default.

    Raises:
        KeyError, TypeError, ValueError: It is no plan.
    """
    values = fields["values"]
    if not isinstance(values, dict):
        raise TypeError("its values are no object")
    if not all(isinstance(value, (bool, int, float, str)) for value in values.values()):
        raise TypeError("a value is neither number nor text")
    return RunPlan(
        str(fields["workload"]),
        values,
        str(fields["data_folder"]),
        run_id,
        Part(fields.get("part", Part.WHOLE)),
        str(fields.get("tag", "")),
        # The same for many runs: kept in memory once.
        sys.intern(str(fields.get("pipeline", ""))),
        str(fields.get("engine", WINDOW)),
    )
