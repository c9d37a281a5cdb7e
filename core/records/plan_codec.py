"""A run's plan as plain JSON values, and back."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from core.model import checked
from core.model.kinds import Device
from core.model.plain_json import MOST_JSON_BYTES
from core.model.plan import DEVICE, WINDOW, Part, RunPlan


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
    values = checked.values(fields["values"])
    Device().check(values[DEVICE])
    return RunPlan(
        checked.text(fields["workload"], checked.MOST_VALUE_CHARACTERS),
        values,
        checked.text(fields["data_folder"], checked.MOST_VALUE_CHARACTERS),
        checked.word(run_id),
        Part(fields.get("part", Part.WHOLE)),
        checked.text(fields.get("tag", ""), checked.MOST_KEY_CHARACTERS),
        # The same for many runs: kept in memory once.
        sys.intern(checked.text(fields.get("pipeline", ""), MOST_JSON_BYTES)),
        checked.text(fields.get("engine", WINDOW), checked.MOST_KEY_CHARACTERS),
    )
