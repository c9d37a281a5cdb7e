"""Recorded calls as JSON and back, so that a record says what ran without the code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from core.model.recorded_call import FunctionSeen, RecordedCall, Site


def calls_to_json(calls: Sequence[RecordedCall]) -> list[dict[str, Any]]:
    """Plain values for each call."""
    return [
        {
            **{
                name: getattr(call, name)
                for name in ("key", "method", "inside", "count", "elements")
            },
            "path": [asdict(site) for site in call.path],
            "arguments": dict(call.arguments),
            "given": list(call.given),
            "inputs": list(call.inputs),
            "function": None if call.function is None else asdict(call.function),
            **({} if call.element_bytes is None else {"element_bytes": call.element_bytes}),
        }
        for call in calls
    ]


def calls_from_json(found: Any) -> tuple[RecordedCall, ...]:
    """The calls again.

    Raises:
        ValueError: These are none; says why.
    """
    try:
        return tuple(
            RecordedCall(
                key=str(one["key"]),
                method=str(one["method"]),
                path=tuple(Site(**site) for site in one["path"]),
                arguments={str(name): _argument(value) for name, value in one["arguments"].items()},
                given=tuple(map(str, one["given"])),
                inputs=tuple(map(str, one["inputs"])),
                inside=str(one["inside"]),
                count=int(one["count"]),
                function=None if one["function"] is None else _function(one["function"]),
                elements=one.get("elements"),
                element_bytes=one.get("element_bytes"),
            )
            for one in found
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks something ({error})") from error


def same_calls(here: Sequence[RecordedCall], there: Sequence[RecordedCall]) -> bool:
    """Whether two pipelines consist of the same calls at the same places."""
    # How many elements there are, and how large, is the data's affair, not the code's.
    plain = [
        [replace(call, elements=None, element_bytes=None) for call in calls]
        for calls in (here, there)
    ]
    return json.dumps(calls_to_json(plain[0])) == json.dumps(calls_to_json(plain[1]))


def _function(found: Mapping[str, Any]) -> FunctionSeen:
    return FunctionSeen(**{**found, "kinds": tuple(map(str, found.get("kinds", ())))})


def _argument(value: Any) -> bool | int | float | str | None:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError("an argument is a plain value")
