"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.export.files import check_target, write_text
from core.model.errors import ExplorerError, InputError


def test_a_file_is_replaced_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    target = tmp_path / "runs.csv"
    target.write_text("old", encoding="utf-8")
    write_text(target, "näher\r\nund neu\n")
    assert target.read_bytes() == "näher\r\nund neu\n".encode()
    assert list(tmp_path.iterdir()) == [target]


def test_what_fails_on_the_way_leaves_the_old_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "runs.csv"
    target.write_text("old", encoding="utf-8")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExplorerError, match="No space left") as raised:
        write_text(target, 2000 * "new")
    assert str(target) in raised.value.what
    assert "6.00 kB" in raised.value.expected
    assert str(tmp_path) in raised.value.expected
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs links")
def test_a_link_goes_on_pointing_where_it_did(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.touch()
    link.symlink_to(target)
    write_text(link, "{}")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "{}"


@pytest.mark.parametrize("name", ["folder", "missing/runs.csv", "file/runs.csv"])
def test_a_place_where_no_file_can_be_is_found_before_any_work(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for attempt in (check_target, lambda path: write_text(path, "text")):
        with pytest.raises(InputError, match="cannot be written"):
            attempt(tmp_path / name)


def test_a_check_leaves_no_file(tmp_path: Path) -> None:
    check_target(tmp_path / "runs.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="needs a device")
def test_a_device_is_written_to_and_not_replaced() -> None:
    check_target(Path("/dev/null"))
    write_text(Path("/dev/null"), "text")
    assert not Path("/dev/null").is_file()
