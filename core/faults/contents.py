"""Files that can be read and hold something else than the pipeline looks for."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

from core.faults.damaged import compression_of, tfrecords
from core.faults.look_tfrecord import records
from core.faults.raised import Raised
from core.faults.reading import at
from core.faults.rule import Rule, Told
from core.faults.scene import Scene
from core.faults.words import full, path
from core.lazy import tf

_FEATURE = re.compile(
    r"(?:Feature|Key): (?P<name>\S+?)(?: \(data type: (?P<type>\w+)\) is required but could not be "
    r"found|\.\s+(?:Can't parse|Data types don't match|Number of \S+ values))"
)
_FIELDS = re.compile(r"Expect (?P<want>\d+) fields but have (?P<has>\d+) in record")
_FIELD = re.compile(r"Field \d+ (?:in record )?is (?:not a valid|required but missing)")
_TABLES = (".csv", ".tsv", ".txt", "")
_PARSE = "Could not parse example input"
_MULTIPLE = re.compile(
    r'input file "(?P<file>[^"]+)" has body length (?P<body>\d+) bytes, which is not an exact '
    r"multiple of the record length \((?P<record>\d+) bytes\)"
)
_LOOK_EVERY = 64


def _example(raised: Raised, scene: Scene) -> Told | None:
    found = _FEATURE.search(raised.text)
    if found is None and _PARSE not in raised.text:
        return None
    name = found["name"] if found else ""
    wants = f"feature {name!r}" + (f" of type {found['type']}" if found and found["type"] else "")
    expected = (
        f"in every record a tf.train.Example with the {wants}"
        if found
        else ("in every record a tf.train.Example")
    )
    over = scene.until()
    for file in tfrecords(scene, raised):
        if over():
            break
        wrong = _unlike(file, name, over)
        if wrong:
            return Told(
                f"{path(file)}: {wrong}{at(raised, scene)}",
                expected,
                "Leave that record out, or give FixedLenFeature a default_value.",
                full(file),
            )
    return Told(
        f"A record cannot be parsed: {raised.said}{at(raised, scene)}",
        expected,
        "Compare the features that are asked for with those that were written.",
    )


def _unlike(file: Path, name: str, over: Callable[[], bool]) -> str:
    """The first record that is no example, or lacks a feature; empty where none is like that."""
    for number, record in enumerate(records(file, compression_of(file))):
        if number % _LOOK_EVERY == 0 and over():
            return ""
        try:
            features = tf.train.Example.FromString(record).features.feature
        except Exception:
            return f"record {number:,} (counted from 0) is no tf.train.Example"
        if name and name not in features:
            has = ", ".join(sorted(features)[:4]) or "no feature"
            return f"record {number:,} (counted from 0) has no feature {name!r}, but {has}"
    return ""


def _whole_records(raised: Raised, scene: Scene) -> Told | None:
    found = _MULTIPLE.search(raised.text)
    if found is None:
        return None
    body, record = int(found["body"]), int(found["record"])
    return Told(
        f"{path(found['file'])} is cut off or holds records of another length: its {body:,} bytes "
        f"are {body // record:,} records of {record:,} bytes and {body % record:,} bytes more",
        f"whole records of {record:,} bytes",
        "Put a whole file in its place, or mend record_bytes, header_bytes and footer_bytes.",
        full(found["file"]),
    )


def _table(raised: Raised, scene: Scene) -> Told | None:
    found = _FIELDS.search(raised.text)
    if found is None and not _FIELD.search(raised.text):
        return None
    over = scene.until()
    files = [one for one in scene.files(raised) if one.suffix.lower() in _TABLES]
    where = f"{path(files[0])}: " if len(files) == 1 else ""
    for file in files if found else ():
        line = _unlike_row(file, int(found["want"]) if found else 0, over)
        if line:
            where = f"{path(file)}, line {line:,}: "
            break
    return Told(
        f"{where}{raised.said}{at(raised, scene)}",
        "rows that all have the fields that record_defaults names, of these types",
        "Mend that row, or give record_defaults, header and field_delim as the file has them.",
    )


def _unlike_row(file: Path, fields: int, over: Callable[[], bool]) -> int:
    """The first line, from 1, whose row has another number of fields; 0 where there is none."""
    try:
        with file.open(encoding="utf-8", errors="replace", newline="") as stream:
            rows = csv.reader(stream)
            for number, row in enumerate(rows):
                if row and len(row) != fields:
                    return rows.line_num
                if number % 1000 == 0 and over():
                    break
    except (OSError, csv.Error):
        pass
    return 0


RULES = (Rule("example", _example), Rule("table", _table), Rule("whole_records", _whole_records))
