"""Workloads of someone's own from the records of their runs, without their code."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.model import checked
from core.model.plain_json import parsed_object
from core.workloads.catalogue import OPENED, remember
from core.workloads.own_code import OwnCode
from core.workloads.own_declared import plain
from core.workloads.own_file import OwnFunction
from core.workloads.own_script import OwnScript
from core.workloads.own_script_code import OwnScriptCode
from core.workloads.own_script_fit import Trained
from core.workloads.own_text import opened_from
from core.workloads.workload import Workload


def from_record(text: str) -> Workload | None:
    """The workload of a record. Runs nothing: what it would run must be agreed to first.

    Returns:
        None for a file that declares a workload: its stages stand in its code alone.

    Raises:
        ValueError: It is no such text; says why.
    """
    try:
        found: Any = parsed_object(text)
        file = Path(plain(found["file"]))
        if found["kind"] == "function":
            return OwnCode(OwnFunction(file, plain(found["function"])), opened_from(found))
        if found["kind"] == "script":
            arguments = checked.items(found["arguments"])
            which = checked.whole(found.get("fit", 1), 1)
            script = OwnScript(file, tuple(map(plain, arguments)), which)
            return OwnScriptCode(script, opened_from(found), Trained.of(found["trained"]))
        if found["kind"] == "workload":
            return None
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks something ({error})") from error
    raise ValueError(f"it is of an unknown kind ({str(found['kind'])[:40]!r})")


def remember_recorded(texts: Iterable[str]) -> None:
    """Make known what records carry, unless it is open already; what cannot be read is left out."""
    for text in dict.fromkeys(filter(None, texts)):
        try:
            found = from_record(text)
            if found is not None and found.id not in OPENED:
                # Its stages are looked at, so that a record that makes none does so here.
                found.chain.defaults()
                remember(found)
        except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
            # Its runs are listed all the same, with their values as they are.
            continue
