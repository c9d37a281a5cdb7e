"""``report``, and the files that ``compare`` and ``sweep`` write."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.recordings.report import named
from core.folders import Folders
from core.model.errors import InputError
from core.session import Session
from tests.core.cli.conftest import Cli
from tests.core.cli.measure.test_compare import SIDES, Machine
from tests.core.export.report.reading import Page, assert_asks_for_nothing
from tests.experiments import comparison_of_two, runs_at, sweep_of_two_knobs
from tests.logs import write_runs

AXIS = ("--vary", "prefetch.buffer_size=off,2")


@pytest.fixture
def kept(data_dir: Path) -> Callable[[], tuple[str, str]]:
    """Keeps a comparison "Mine" with its runs, and a sweep without any; gives their ids."""

    def keep() -> tuple[str, str]:
        session = Session(Folders.under(data_dir))
        comparison = session.experiments.add(comparison_of_two(name="Mine"))
        sweep = session.experiments.add(sweep_of_two_knobs())
        session.close()
        write_runs(session.folders, *runs_at(comparison, (1000.0, 1300.0)))
        return comparison.id, sweep.id

    return keep


def test_it_lists_what_was_kept(cli: Cli, kept: Callable[[], tuple[str, str]]) -> None:
    ids = kept()
    found = cli("report")
    assert (found.code, found.err) == (0, "")
    lines = [line.split() for line in found.out.splitlines()]
    assert lines[0][:4] == ["id", "name", "kind", "workload"]
    assert [ids[0], "Mine", "comparison", "augmented", "6", "6"] in [one[:6] for one in lines]
    assert [ids[1], "–", "sweep", "augmented", "0", "12"] in [one[:6] for one in lines]


def test_of_an_empty_folder_it_says_how_to_make_one(cli: Cli, data_dir: Path) -> None:
    data_dir.mkdir()
    assert "main.py compare" in cli("report").out
    assert "No comparison, sweep or diagnosis was kept yet" in cli("report", "Mine").complaint


@pytest.mark.parametrize("name", ["Mine", "mine", "abc123def456", "abc1", "mi"])
def test_one_is_named_by_its_name_its_id_or_how_they_begin(
    cli: Cli, kept: Callable[[], tuple[str, str]], name: str
) -> None:
    kept()
    found = cli("report", name)
    assert found.code == 0
    assert found.out.startswith("Mine (abc123def456)\n")
    assert "faster" in found.out


def test_unknown_and_ambiguous_names_are_told_with_candidates(
    cli: Cli, kept: Callable[[], tuple[str, str]]
) -> None:
    kept()
    found = cli("report", "Yours", "--html", "-")
    assert (found.code, found.out) == (2, "")
    assert "There is no comparison, sweep or diagnosis 'Yours'" in found.complaint
    assert "abc123def456 (Mine)" in found.complaint
    twins = [comparison_of_two(name="Twin", id=one) for one in ("one1", "two2")]
    with pytest.raises(InputError, match=r"2 .* called 'Twin'.*two2 \(Twin\), one1 \(Twin\)"):
        named("Twin", twins)
    assert named("one1", twins) is twins[0]
    with pytest.raises(InputError, match="There is no"):
        named(" ", twins)


def test_it_writes_a_page_tables_and_a_document(
    cli: Cli, kept: Callable[[], tuple[str, str]], tmp_path: Path
) -> None:
    kept()
    files = {name: tmp_path / name for name in ("a.html", "a.csv", "s.csv", "a.json")}
    options = ("--html", "--csv", "--summary-csv", "--json")
    words = [word for pair in zip(options, map(str, files.values()), strict=True) for word in pair]
    found = cli("report", "Mine", *words)
    assert (found.code, found.out, found.err) == (0, "", "")
    page = Page.read(files["a.html"].read_text(encoding="utf-8"))
    assert_asks_for_nothing(page)
    assert page.says("B is faster than A")
    with files["a.csv"].open(encoding="utf-8", newline="") as file:
        assert [row["configuration"] for row in csv.DictReader(file)] == list("ABBAAB")
    with files["s.csv"].open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["metric"] == "throughput_examples_per_s"
    assert json.loads(files["a.json"].read_text())["experiment"]["name"] == "Mine"


def test_it_writes_a_page_to_stdout(cli: Cli, kept: Callable[[], tuple[str, str]]) -> None:
    _, sweep = kept()
    found = cli("report", sweep, "--html", "-")
    assert (found.code, found.err) == (0, "")
    assert Page.read(found.out).says("Nothing was measured yet.")


def test_a_file_without_a_name_of_what_is_bad_input(cli: Cli, data_dir: Path) -> None:
    data_dir.mkdir()
    assert "It is not said which" in cli("report", "--html", "-").complaint


def test_two_outputs_never_get_mixed(cli: Cli, kept: Callable[[], tuple[str, str]]) -> None:
    kept()
    found = cli("report", "Mine", "--html", "-", "--json", "-")
    assert (found.code, found.out) == (2, "")
    assert "Two outputs would go to the same place" in found.complaint


@pytest.mark.parametrize("words", [("compare", "in_memory", *SIDES), ("sweep", "in_memory", *AXIS)])
def test_what_was_just_run_is_written_too_beside_the_text(
    cli: Cli, tmp_path: Path, words: tuple[str, ...]
) -> None:
    target = tmp_path / "report.html"
    found = cli(*words, "--repeats", "3", "--html", str(target), fit=Machine())
    assert found.code == 0
    assert "throughput" in found.out
    page = Page.read(target.read_text(encoding="utf-8"))
    assert_asks_for_nothing(page)
    assert page.says("6 of 6 runs done")


@pytest.mark.parametrize("option", ["--html", "--csv", "--summary-csv", "--json"])
@pytest.mark.parametrize("words", [("compare", "in_memory", *SIDES), ("sweep", "in_memory", *AXIS)])
def test_a_file_that_cannot_be_written_is_found_before_anything_runs(
    cli: Cli, tmp_path: Path, words: tuple[str, ...], option: str
) -> None:
    machine = Machine()
    found = cli(*words, option, str(tmp_path / "missing" / "file"), fit=machine)
    assert (found.code, machine.plans) == (2, [])
    assert "cannot be written" in found.complaint
