"""One run as one row of the database, and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from core.model import checked
from core.model.clock_jump import MOST_JUMPS, ClockJump
from core.model.plain_json import MOST_JSON_BYTES, parsed, parsed_object
from core.model.plan import ENGINE_WORDS, WINDOW
from core.model.run import Label, PhaseTime, Prepared, Run, RunState
from core.records.plan_codec import plan_fields, plan_from
from core.records.values import failure_from, fingerprint_from, label_from, prepared_from
from core.store.arrays import FLOATS, WHOLES, from_blobs, to_blobs
from core.store.readings import readings_from_blob, readings_to_blob
from core.store.resources import resources_from_blob, resources_to_blob

COLUMNS: Mapping[str, str] = {
    "id": "TEXT PRIMARY KEY",
    "number": "INTEGER NOT NULL",
    "created": "TEXT NOT NULL",
    "state": "TEXT NOT NULL",
    "plan": "TEXT NOT NULL",
    "environment": "TEXT NOT NULL",
    "prepared": "TEXT",
    "phases": "TEXT NOT NULL",
    "epoch_losses": "TEXT NOT NULL",
    "fit_wall_s": "REAL",
    "time_to_first_batch_s": "REAL",
    "failure": "TEXT",
    "label": "TEXT NOT NULL",
    "pipeline": "BLOB",
    "resources": "BLOB",
    "fingerprint": "TEXT",
    "clock_jumps": "TEXT",
    **dict.fromkeys((*FLOATS, *WHOLES), "BLOB NOT NULL"),
}
"""Columns of the table of runs and their declarations."""


def to_row(run: Run) -> dict[str, Any]:
    """A value for each of ``COLUMNS``."""
    return {
        "id": run.id,
        "number": run.number,
        "created": run.created,
        "state": run.state.value,
        "plan": _json(plan_fields(run.plan)),
        "environment": _json(dict(run.environment)),
        "prepared": None if run.prepared is None else _json(asdict(run.prepared)),
        "phases": _json([[str(phase.phase), phase.at_s] for phase in run.phases]),
        "epoch_losses": _json(run.epoch_losses),
        "fit_wall_s": run.fit_wall_s,
        "time_to_first_batch_s": run.time_to_first_batch_s,
        "failure": None if run.failure is None else _json(asdict(run.failure)),
        "label": label_json(run.label),
        "pipeline": readings_to_blob(run.pipeline),
        "resources": resources_to_blob(run.resources),
        "fingerprint": None if run.fingerprint is None else _json(asdict(run.fingerprint)),
        "clock_jumps": _json([[one.step, one.by_s] for one in run.clock_jumps]),
        **to_blobs(run.samples),
    }


def from_row(row: Mapping[str, Any]) -> Run:
    """The run of a row.

    Raises:
        ValueError: The row does not hold a run; says why.
    """
    try:
        return Run(
            plan=plan_from(parsed_object(row["plan"]), checked.word(row["id"])),
            number=checked.whole(row["number"], 0),
            created=checked.moment(row["created"]),
            state=RunState(row["state"]),
            environment=checked.values(parsed_object(row["environment"])),
            prepared=_prepared(row["prepared"]),
            samples=from_blobs(row),
            epoch_losses=tuple(map(checked.loss, _list(row["epoch_losses"]))),
            phases=tuple(
                PhaseTime(checked.text(phase), checked.number(at_s))
                for phase, at_s in _list(row["phases"])
            ),
            fit_wall_s=checked.number_or_none(row["fit_wall_s"]),
            time_to_first_batch_s=checked.number_or_none(row["time_to_first_batch_s"]),
            failure=None if row["failure"] is None else failure_from(parsed_object(row["failure"])),
            label=label_from(parsed_object(row["label"])),
            pipeline=readings_from_blob(row["pipeline"]),
            resources=resources_from_blob(row["resources"]),
            fingerprint=(
                None
                if row["fingerprint"] is None
                else fingerprint_from(parsed_object(row["fingerprint"]))
            ),
            clock_jumps=_jumps(row["clock_jumps"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks something ({error})") from error


def of_one_engine(run: Run) -> Run:
    """A run of a version that had one engine, which did not name it.

    Without it the run would count as of another environment than those that a comparison which
    is gone on with still lacks.
    """
    seen = run.environment
    if not seen or "engine" in seen:
        return run
    return replace(run, environment={**seen, "engine": ENGINE_WORDS[WINDOW]})


def checksum(row: Mapping[str, Any]) -> int:
    """CRC-32 of all that was measured, the label left out: SQLite has none of its own."""
    found = 0
    for name in COLUMNS:
        value = row.get(name)
        if name != "label" and value is not None:
            plain = value if isinstance(value, bytes) else repr(value).encode()
            found = zlib.crc32(plain, zlib.crc32(name.encode(), found))
    return found


def label_json(label: Label) -> str:
    """The text of the column ``label``."""
    return _json(asdict(label))


def _prepared(text: str | None) -> Prepared | None:
    return None if text is None else prepared_from(parsed_object(text))


def _jumps(text: str | None) -> tuple[ClockJump, ...]:
    if text is None:
        return ()
    found = checked.items(parsed(text), MOST_JUMPS)
    return tuple(ClockJump(checked.whole(step, 0), checked.number(by_s)) for step, by_s in found)


def _list(text: str) -> list[Any]:
    return checked.items(parsed(text), MOST_JSON_BYTES)


def _json(value: object) -> str:
    # A loss may be NaN, which Python's JSON writes and reads although the standard has none.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
