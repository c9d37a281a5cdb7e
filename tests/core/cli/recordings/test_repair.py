"""``repair``: what it finds, what it does, and that it only ever adds."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from core.folders import Folders
from core.records.frames import FrameReader
from core.session import Session
from core.store.summary import summarised
from tests.builders import even_samples, events_of
from tests.core.cli.conftest import Cli
from tests.core.store.recorded import abandon, all_events, begin, log_of, record, take
from tests.disks import Disk
from tests.experiments import comparison_of_two


@pytest.fixture
def folders(data_dir: Path) -> Folders:
    return Folders.under(data_dir)


@pytest.fixture
def ids(folders: Folders) -> list[str]:
    """Three runs and a comparison."""
    session = Session(folders)
    found = [record(session, steps=400) for _ in range(3)]
    session.experiments.add(comparison_of_two())
    session.close()
    return found


def contents(folders: Folders) -> dict[str, bytes]:
    """Every file but those that only serve as locks."""
    return {
        path.name: path.read_bytes()
        for path in folders.runs.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def flip(path: Path, at: float = 0.5) -> None:
    """Change one bit."""
    content = bytearray(path.read_bytes())
    content[int(at * len(content))] ^= 1
    path.write_bytes(content)


def test_where_all_is_well_it_says_so_and_changes_nothing(
    cli: Cli, folders: Folders, ids: list[str]
) -> None:
    before = contents(folders)
    found = cli("repair")
    assert found.code == 0
    assert "3 runs and 1 experiment" in found.out
    assert "All is well" in found.out
    assert contents(folders) == before


def test_a_loss_that_is_no_number_is_no_damage_whatever_its_sign(
    cli: Cli, folders: Folders
) -> None:
    session = Session(folders)
    begin(session)
    take(session, events_of(even_samples(), losses=(1.5, math.copysign(math.nan, -1.0))))
    session.close()
    assert "All is well" in cli("repair").out


def test_a_flipped_bit_that_opening_does_not_look_for_is_found_and_mended(
    cli: Cli, folders: Folders, ids: list[str]
) -> None:
    log = log_of(folders, ids[1])
    flip(log)
    damaged = log.read_bytes()
    found = cli("repair", "--json", "-")
    assert found.code == 0
    document = json.loads(found.out)
    assert document["well"]
    (finding,) = document["findings"]
    assert finding["about"] == "run 2"
    assert "missing" in finding["what"]
    assert damaged in contents(folders).values()
    reader = FrameReader(log.read_bytes())
    assert list(reader.payloads())
    assert reader.gaps == []
    assert cli("repair").out.endswith("agrees with the logs.\n")


def test_a_dry_run_says_the_same_and_changes_nothing(
    cli: Cli, folders: Folders, ids: list[str]
) -> None:
    flip(log_of(folders, ids[0]))
    log_of(folders, ids[1]).write_bytes(b"")
    log_of(folders, ids[2]).unlink()
    before = contents(folders)
    found = cli("repair", "--dry-run")
    assert found.code == 0
    assert found.out.count("To be done: ") == 2
    assert found.out.count("its log is gone") == 1
    assert "Nothing was changed" in found.out
    assert contents(folders) == before
    found = cli("repair")
    assert found.out.count("Done: ") == 2
    assert "All is mended. Nothing was deleted." in found.out


def test_a_damaged_summary_is_made_anew(cli: Cli, folders: Folders, ids: list[str]) -> None:
    folders.summary.write_bytes(b"nonsense" * 1000)
    assert "3 runs and 1 experiment" in cli("repair", "--dry-run").out
    assert folders.summary.read_bytes().startswith(b"nonsense")
    assert cli("repair").out.endswith("the summary agrees with the logs.\n")
    assert not folders.summary.read_bytes().startswith(b"nonsense")


def test_a_summary_that_differs_from_a_log_is_made_from_the_log(
    cli: Cli, folders: Folders, ids: list[str]
) -> None:
    session = Session(folders)
    assert session._store is not None
    run = session.run(ids[0]).labelled(name="else")
    session._store._summary.save([summarised(run, session._store._known[run.id])])
    session.close()
    found = cli("repair")
    assert "run 1: the summary had something else. Done: taken from its log." in found.out
    session = Session(folders)
    assert session.run(ids[0]).name == "run 1"
    session.close()


def test_an_interrupted_run_is_named_and_a_run_under_way_left_alone(
    cli: Cli, folders: Folders, ids: list[str]
) -> None:
    session = Session(folders)
    begin(session)
    take(session, all_events()[:7])
    abandon(session)
    other = Session(folders)
    under_way = begin(other)
    take(other, all_events()[:7])
    document = json.loads(cli("repair", "--json", "-").out)
    assert document["under_way"] == 1
    assert document["interrupted"] == []  # the other session saw to it when it opened
    content = log_of(folders, under_way).read_bytes()
    take(other, all_events()[7:])
    assert log_of(folders, under_way).read_bytes().startswith(content)
    other.close()


def test_what_cannot_be_mended_is_exit_code_one(
    cli: Cli, folders: Folders, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    flip(log_of(folders, ids[0]))
    Disk(folders.logs, monkeypatch).protect()
    found = cli("repair")
    assert found.code == 1
    assert "could not be mended" in found.out


def test_without_a_folder_it_is_bad_input(cli: Cli) -> None:
    assert cli("repair").code == 2
