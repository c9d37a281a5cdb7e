"""``--json``: which commands have it, and the schema. ``conftest.cli`` checks every document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.cli.catalogue import COMMANDS
from core.cli.parser import Parser
from core.export.documents.schema import document_type, json_schema
from tests.core.cli.conftest import Cli, check_document

ROOT = Path(__file__).parents[3]
WITHOUT = {
    "code": "prints a script",
    "completion": "prints a script",
    "desktop-entry": "writes a file",
    "export-session": "writes a file",
    "follow": "opens the window",
    "new-workload": "writes a file",
    "service": "runs until it is stopped",
    "watch": "prints what its script prints",
}


def test_every_command_that_says_something_says_it_as_json() -> None:
    lacking = set()
    for command in COMMANDS:
        parser = Parser()
        command.add_arguments(parser)
        options = {option for action in parser._actions for option in action.option_strings}
        if "--json" not in options:
            lacking.add(command.name)
    assert lacking == set(WITHOUT)


def test_the_published_schema_is_that_of_the_documents() -> None:
    published = (ROOT / "docs/schema.json").read_text(encoding="utf-8")
    assert published == json_schema(), "python -m core.export.documents.schema > docs/schema.json"


def test_a_document_with_a_field_more_or_of_another_type_does_not_pass(cli: Cli) -> None:
    document = json.loads(cli("workloads", "--json").out)
    assert document_type(document["schema"]).__name__ == "WorkloadsDocument"
    for wrong in ({**document, "more": 1}, {**document, "workloads": [{"id": 1}]}):
        with pytest.raises((AssertionError, ValueError)):
            check_document(json.dumps(wrong))


def test_what_was_checked_imported_and_patched_are_documents(cli: Cli, tmp_path: Path) -> None:
    cli("run", "in_memory")
    file = str(tmp_path / "runs.pxsession")
    cli("export-session", file)
    repaired = json.loads(cli("repair", "--json", "-").out)
    assert (repaired["well"], repaired["runs"]) == (True, 1)
    here = json.loads(cli("import-session", file, "--json", "-").out)
    assert [run["status"] for run in here["runs"]] == ["here already"]
    there = cli("import-session", file, "--json", "-", "--data-dir", str(tmp_path / "other"))
    assert [run["status"] for run in json.loads(there.out)["runs"]] == ["added"]
