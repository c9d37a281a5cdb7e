"""The disk is full when something is to be written: named, with its size, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.export.catalogue import EXPORTERS
from core.session.experiment_files import EXPERIMENT_FILES
from tests.core.cli.conftest import Cli
from tests.disks import FULL, fill_disk

REPORTS = [f"--{experiment_file.id.replace('_', '-')}" for experiment_file in EXPERIMENT_FILES]


def assert_told(complaint: str, target: Path) -> None:
    assert f"The file {target} cannot be written ({FULL})." in complaint
    assert "room for its" in complaint
    assert f"are free in {target.parent}." in complaint


@pytest.mark.parametrize("kind", [exporter.id for exporter in EXPORTERS])
def test_an_export_leaves_the_old_file_and_no_half_one(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    assert cli("run", "in_memory").code == 0
    target = tmp_path / "out" / "runs"
    target.parent.mkdir()
    target.write_text("old", encoding="utf-8")
    fill_disk(monkeypatch, tmp_path / "out")
    found = cli("export", f"--{kind}", str(target))
    assert (found.code, found.out) == (1, "")
    assert_told(found.complaint, target)
    assert target.read_text(encoding="utf-8") == "old"
    assert list(target.parent.iterdir()) == [target]


def test_a_measurement_whose_document_cannot_be_written_is_shown(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_disk(monkeypatch, tmp_path)
    found = cli("run", "in_memory", "--no-record", "--json", str(tmp_path / "run.json"))
    assert found.code == 1
    assert "throughput" in found.out
    assert FULL in found.err
    assert not (tmp_path / "run.json").exists()


@pytest.mark.parametrize("option", REPORTS)
def test_a_report_can_be_written_again_once_there_is_room(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    target = tmp_path / "out" / "report"
    target.parent.mkdir()
    words = ("compare", "in_memory", "--b", "prefetch.buffer_size=2", "--repeats", "2")
    words = (*words, "--name", "twice")
    with monkeypatch.context() as full:
        fill_disk(full, target.parent)
        found = cli(*words, option, str(target))
    assert found.code == 1
    assert_told(found.err.splitlines()[-1], target)
    assert not target.exists()
    assert cli("report", "twice", option, str(target)).code == 0
    assert target.stat().st_size > 100


def test_of_several_files_those_that_can_be_are_written(cli: Cli, tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    words = ("compare", "in_memory", "--b", "prefetch.buffer_size=2", "--repeats", "2")
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs a device that is always full")
    found = cli(*words, "--html", str(full), "--csv", str(good))
    assert found.code == 1
    assert f"The file {full} cannot be written ({FULL})" in found.err
    assert good.stat().st_size > 100
