"""What a record holds of someone's own pipeline: enough to read it without the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.model.call_json import calls_from_json, calls_to_json
from core.workloads.own_code import Opened, OwnCode
from core.workloads.own_file import OwnFunction


def to_record(own: OwnCode) -> str:
    """The workload as text; its stages follow from it, its code does not stand in it."""
    opened = own.opened
    return json.dumps(
        {
            "file": str(own.of.file),
            "function": own.of.name,
            "calls": calls_to_json(opened.calls),
            "element_spec": opened.element_spec,
            "has_model": opened.has_model,
            "validation": opened.validation,
            "stamp": opened.stamp,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_record(text: str) -> OwnCode:
    """The workload of a record. Runs nothing: what it would run must be agreed to first.

    Raises:
        ValueError: It is no such text; says why.
    """
    found: Any = json.loads(text)
    try:
        opened = Opened(
            calls=calls_from_json(found["calls"]),
            element_spec=str(found["element_spec"]),
            has_model=bool(found["has_model"]),
            validation=bool(found["validation"]),
            stamp=str(found["stamp"]),
        )
        return OwnCode(OwnFunction(Path(found["file"]), str(found["function"])), opened)
    except (KeyError, TypeError) as error:
        raise ValueError(f"it lacks something ({error})") from error
