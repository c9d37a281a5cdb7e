"""Recorded calls as JSON and back, so that a record says what ran without the code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from core.model import checked
from core.model.recorded_call import FunctionSeen, RecordedCall, Site

_MOST_CALLS, _MOST_SITES = 10_000, 1_000


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
            **({"made_by": call.made_by} if call.made_by else {}),
        }
        for call in calls
    ]


def calls_from_json(found: Any) -> tuple[RecordedCall, ...]:
    """The calls again.

    Raises:
        ValueError: These are none; says why.
    """
    try:
        return tuple(_call(one) for one in checked.items(found, _MOST_CALLS))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks something ({error})") from error


def _call(one: Mapping[str, Any]) -> RecordedCall:
    method = checked.text(one["method"], checked.MOST_KEY_CHARACTERS)
    if not all(part.isidentifier() for part in method.split(".")):
        raise ValueError(f"{method[:40]!r} is no method")
    path = checked.items(one["path"], _MOST_SITES)
    if not path:
        raise ValueError("a call stands nowhere")
    elements, size = one.get("elements"), one.get("element_bytes")
    return RecordedCall(
        key=checked.text(one["key"], checked.MOST_KEY_CHARACTERS),
        method=method,
        path=tuple(checked.made(Site, site) for site in path),
        arguments={
            checked.text(name, checked.MOST_KEY_CHARACTERS): _argument(value)
            for name, value in one["arguments"].items()
        },
        given=checked.texts(one["given"]),
        inputs=checked.texts(one["inputs"]),
        inside=checked.text(one["inside"], checked.MOST_KEY_CHARACTERS),
        count=checked.whole(one["count"], 0, _MOST_CALLS),
        function=None if one["function"] is None else checked.made(FunctionSeen, one["function"]),
        elements=None if elements is None else checked.whole(elements, -1),
        element_bytes=None if size is None else checked.whole(size, 0),
        made_by=checked.text(one.get("made_by", ""), checked.MOST_KEY_CHARACTERS),
    )


def same_calls(here: Sequence[RecordedCall], there: Sequence[RecordedCall]) -> bool:
    """Whether two pipelines consist of the same calls at the same places."""
    # How many elements there are, and how large, is the data's affair, not the code's.
    plain = [
        [replace(call, elements=None, element_bytes=None) for call in calls]
        for calls in (here, there)
    ]
    return json.dumps(calls_to_json(plain[0])) == json.dumps(calls_to_json(plain[1]))


def _argument(found: Any) -> bool | int | float | str | None:
    return None if found is None else checked.value(found)
