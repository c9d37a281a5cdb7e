"""``export-session`` and ``import-session``: what they say and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli import main
from core.folders import Folders
from core.session import Session
from tests.core.session.sharing.sessions import changed, first_run, members_of
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.run_builders import record_run


@pytest.fixture
def mine(tmp_path: Path) -> str:
    session = Session(Folders.under(tmp_path / "mine"))
    for _ in range(2):
        record_run(session)
    session.relabel(session.runs[0].id, name="first")
    carry_out(session, comparison(repeats=1), waits(0.03))
    session.close()
    return str(tmp_path / "mine")


def test_a_session_goes_from_one_folder_to_another(
    mine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, theirs = str(tmp_path / "a.pxsession"), str(tmp_path / "theirs")
    assert main(["export-session", file, "--data-dir", mine]) == 0
    assert capsys.readouterr().out.startswith(f"Exported 4 runs and 1 comparison to {file} (")
    assert main(["import-session", file, "--data-dir", theirs]) == 0
    assert capsys.readouterr().out == "4 runs and 1 comparison imported.\n"
    assert main(["runs", "--data-dir", theirs]) == 0
    assert "first" in capsys.readouterr().out
    assert main(["report", "--data-dir", theirs]) == 0
    assert "comparison" in capsys.readouterr().out
    assert main(["import-session", file, "--data-dir", theirs]) == 0
    assert capsys.readouterr().out == "Nothing imported; 4 runs were here already.\n"


@pytest.mark.parametrize("named", ["first", "1", "run 1"])
def test_runs_are_named_by_name_or_number(
    mine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    file = tmp_path / "a.pxsession"
    assert main(["export-session", str(file), named, "--data-dir", mine]) == 0
    assert "1 run to" in capsys.readouterr().out
    assert len(members_of(file)) == 2


@pytest.mark.parametrize("named", ["99", "nothing", ""])
def test_a_run_that_is_not_there_is_bad_input_that_names_what_is(
    mine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    file = tmp_path / "a.pxsession"
    assert main(["export-session", str(file), named, "--data-dir", mine]) == 2
    assert "1 (first)" in capsys.readouterr().err
    assert not file.exists()


def test_a_place_that_cannot_be_written_to_is_bad_input(
    mine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "missing" / "a.pxsession")
    assert main(["export-session", file, "--data-dir", mine]) == 2
    assert file in capsys.readouterr().err


def test_what_is_no_session_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.pxsession"
    file.write_text("none")
    assert main(["import-session", str(file), "--data-dir", str(tmp_path / "theirs")]) == 2
    shown = capsys.readouterr()
    assert "not a session" in shown.err
    assert shown.out == ""


def test_what_could_not_be_imported_is_told_and_makes_the_exit_code_1(
    mine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.pxsession"
    assert main(["export-session", str(file), "--data-dir", mine]) == 0
    changed(file, lambda members: members.update({first_run(members): b"none"}))
    capsys.readouterr()
    assert main(["import-session", str(file), "--data-dir", str(tmp_path / "theirs")]) == 1
    shown = capsys.readouterr()
    assert "3 runs and 1 comparison imported; 1 could not be imported." in shown.out
    assert "not imported" in shown.err


def test_a_folder_without_runs_has_nothing_to_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Folders.under(tmp_path / "empty").make()
    code = main(
        ["export-session", str(tmp_path / "a.pxsession"), "--data-dir", str(tmp_path / "empty")]
    )
    assert code == 1
    assert "no run" in capsys.readouterr().err
