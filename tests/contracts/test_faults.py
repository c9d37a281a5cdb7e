"""Every fault goes through the one place that explains it; see ``faults.FAULTS`` to add one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.faults import FailureContext, catalogue, explain
from core.faults.explanation import Explanation, Rule
from core.faults.raised import ErrorInfo
from core.model.errors import ExplorerError
from tests.contracts.faults import FAULTS, Fault

_explained: set[str] = set()
"""Modules of the rules that explained some fault."""
LONGEST = 400


@pytest.fixture(autouse=True)
def _strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that raises is passed over where it counts, and found here."""

    def strictly(rule: Rule, raised: ErrorInfo, context: FailureContext) -> Explanation | None:
        found = rule(raised, context)
        if found is not None:
            _explained.add(rule.__module__)
        return found

    monkeypatch.setattr(catalogue, "_asked", strictly)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.filterwarnings("ignore:.*shuffle=True.*:UserWarning")
def test_a_fault_is_told_by_name_with_what_was_expected_and_what_to_do(
    fault: Fault, tmp_path: Path
) -> None:
    error, context = fault.make(tmp_path)
    found = explain(error, context)
    assert isinstance(found, ExplorerError)
    said = str(found)
    for name in fault.names:
        assert name in said
    assert found.expected
    assert found.remedy
    assert said.count("Expected:") == 1
    for part in (found.what, found.expected, found.remedy):
        assert "\n" not in part
        assert "\x1b" not in part
        assert "Traceback" not in part
        assert f"core{os.sep}" not in part
        assert "site-packages" not in part
    assert not said.startswith("Graph execution error")
    # However long the path of this test's folder is.
    assert len(said.replace(str(tmp_path), "")) < LONGEST


def test_every_rule_explains_some_fault() -> None:
    if not _explained:
        pytest.skip("the faults themselves were not tested in this process")
    assert {rule.__module__ for rule in catalogue.RULES} - _explained == set()


def test_a_rule_that_fails_leaves_the_error_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(raised: ErrorInfo, context: FailureContext) -> Explanation | None:
        raise OSError("the file is gone meanwhile")

    monkeypatch.undo()
    monkeypatch.setattr(catalogue, "RULES", (fails, *catalogue.RULES))
    assert "Out of memory" in str(explain(MemoryError()))


def test_a_path_that_is_too_long_for_a_line_stands_in_the_details() -> None:
    name = "/" + "/".join(["a_very_long_name_of_a_folder"] * 30) + "/a.csv"
    error = FileNotFoundError(2, "No such file or directory")
    error.filename = name
    found = explain(error)
    assert len(str(found)) < LONGEST + 200
    assert found.what.count("a.csv") == 1
    assert name in found.details


def test_an_error_that_is_in_words_stays_as_it_is() -> None:
    error = ExplorerError("A knob is unknown", remedy="Look at `knobs`.")
    assert explain(error) is error
