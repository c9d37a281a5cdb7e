"""JSON Schema of what ``--json`` writes, as ``docs/schema.json`` holds it.

``python -m core.export.documents.schema`` prints that file. The tests hold together the types, the
file and what the commands write.
"""

from __future__ import annotations

import inspect
import json
from typing import Any, get_type_hints

import msgspec

from core.export.documents.code import ChainDocument, FindingsDocument, PatchDocument, TraceDocument
from core.export.documents.experiments import ComparisonDocument, DiagnosisDocument, SweepDocument
from core.export.documents.lists import (
    DoctorDocument,
    FilesDocument,
    ImportDocument,
    KnobsDocument,
    PresetsDocument,
    RepairDocument,
    WorkloadsDocument,
)
from core.export.documents.runs import CeilingsDocument, RunDocument, RunsDocument

DOCUMENTS: tuple[Any, ...] = (
    RunDocument,
    RunsDocument,
    CeilingsDocument,
    ComparisonDocument,
    SweepDocument,
    DiagnosisDocument,
    FindingsDocument,
    ChainDocument,
    PatchDocument,
    TraceDocument,
    WorkloadsDocument,
    KnobsDocument,
    PresetsDocument,
    DoctorDocument,
    FilesDocument,
    RepairDocument,
    ImportDocument,
)
"""One for each value of ``schema``."""


def document_type(schema: str) -> Any:
    """The type of the documents that say this ``schema``; KeyError where there is none."""
    types = {}
    for document in DOCUMENTS:
        (name,) = get_type_hints(document)["schema"].__args__
        types[name] = document
    return types[schema]


def json_schema() -> str:
    """JSON Schema of every document, as ``docs/schema.json`` holds it."""
    references, definitions = msgspec.json.schema_components(
        DOCUMENTS, ref_template="#/$defs/{name}"
    )
    for definition in definitions.values():
        # Python 3.13 takes the indentation off docstrings, and earlier ones do not.
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What `--json` of Pipeline Explorer's commands writes",
        "oneOf": list(references),
        "$defs": definitions,
    }
    return json.dumps(schema, indent=1) + "\n"


if __name__ == "__main__":
    print(json_schema(), end="")
