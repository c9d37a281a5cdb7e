"""The text that a record keeps of someone's own pipeline; ``own_record`` reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.model import checked
from core.model.call_json import calls_from_json, calls_to_json
from core.workloads.own import Opened


def to_record(kind: str, file: Path, opened: Opened | None, **more: object) -> str:
    """Enough to read runs without the code: the stages follow from it.

    Args:
        kind: ``function``, ``script`` or ``workload``.
        file: The file that was opened.
        opened: What it was found to do; None where its stages cannot be told without its code.
        more: What else its kind needs, as plain values.
    """
    found: dict[str, object] = {"kind": kind, "file": str(file), **more}
    if opened is not None:
        found |= {
            "calls": calls_to_json(opened.calls),
            "element_spec": opened.element_spec,
            "has_model": opened.has_model,
            "validation": opened.validation,
            "stamp": opened.stamp,
            "endless": opened.endless,
            "others": [list(one) for one in opened.others],
        }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def opened_from(found: Any) -> Opened:
    """What a record says that code was found to do.

    Raises:
        KeyError, TypeError, ValueError: It is no such record.
    """
    return Opened(
        calls=calls_from_json(found["calls"]),
        element_spec=checked.text(found["element_spec"]),
        has_model=checked.flag(found["has_model"]),
        validation=checked.flag(found["validation"]),
        stamp=checked.text(found["stamp"], checked.MOST_KEY_CHARACTERS),
        endless=checked.flag(found["endless"]),
        others=tuple(
            (checked.text(name), checked.text(stamp))
            for name, stamp in checked.items(found["others"])
        ),
    )
