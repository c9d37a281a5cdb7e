"""What the window remembers, and what becomes of it when its file is damaged."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect

from core.folders import Folders
from core.model.to_open import ToOpen
from gui.state.ui_settings import FILE, FORMAT, UiSettings
from gui.user_code.recent import RecentFiles
from tests.gui.conftest import MakeWindow


def kept_aside(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.name.startswith(f"{FILE}."))


def written(folder: Path) -> dict[str, Any]:
    return json.loads((folder / FILE).read_text(encoding="utf-8"))


def test_words_objects_and_numbers_come_back(tmp_path: Path) -> None:
    first = UiSettings(tmp_path)
    first.remember("word", "Größe ✓")
    first.remember("object", {"a": [1, "x", None]})
    first.remember("numbers", (3, -4))
    first.save()
    again = UiSettings(tmp_path)
    assert again.notice == ""
    assert again.text("word") == "Größe ✓"
    assert again.mapping("object") == {"a": [1, "x", None]}
    assert again.numbers("numbers") == (3, -4)
    assert (again.text("object", "other"), again.mapping("word"), again.numbers("word")) == (
        "other", {}, (),
    )  # fmt: skip


DAMAGED = {
    "garbage": b"\x00\xff\xfe garbage",
    "half written": b'{"format": 1, "values": {"theme": "da',
    "another format": b"[General]\nworkload=@Invalid\n",
    "a list": b"[1, 2]",
    "no values": b'{"format": 1}',
    "values of another type": b'{"format": 1, "values": [1]}',
    "a version that is none": b'{"format": "one", "values": {}}',
    "nested without end": b"[" * 100_000,
    "a number without end": b'{"format": ' + b"1" * 10_000 + b"}",
    "huge": b" " * 5_000_000,
    "empty": b"",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_kept_aside_named_and_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    settings = UiSettings(tmp_path)
    (kept,) = kept_aside(tmp_path)
    assert kept.read_bytes() == content
    assert str(tmp_path / FILE) in settings.notice
    assert kept.name in settings.notice
    assert "as on its first day" in settings.notice
    assert settings.text("theme", "none") == "none"
    settings.remember("theme", "dark")
    settings.save()
    again = UiSettings(tmp_path)
    assert (again.notice, again.text("theme")) == ("", "dark")
    assert kept_aside(tmp_path) == [kept]


def test_a_file_of_a_newer_version_is_kept_for_it(tmp_path: Path) -> None:
    newer = json.dumps({"format": FORMAT + 1, "values": {"theme": {"new": "way"}}})
    (tmp_path / FILE).write_text(newer, encoding="utf-8")
    settings = UiSettings(tmp_path)
    (kept,) = kept_aside(tmp_path)
    assert kept.read_text(encoding="utf-8") == newer
    assert ".newer-" in kept.name
    assert "a newer Pipeline Explorer wrote it" in settings.notice


def test_a_folder_in_its_place_is_kept_aside_too(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    settings = UiSettings(tmp_path)
    assert "Is a directory" in settings.notice
    settings.remember("theme", "dark")
    settings.save()
    assert written(tmp_path)["values"] == {"theme": "dark"}


def test_what_can_neither_be_read_nor_renamed_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_bytes(b"garbage")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    settings = UiSettings(tmp_path)
    assert "cannot be renamed" in settings.notice
    settings.remember("theme", "dark")
    settings.save()
    assert (tmp_path / FILE).read_bytes() == b"garbage"


def test_a_folder_that_is_gone_is_no_error_when_it_is_saved(tmp_path: Path) -> None:
    settings = UiSettings(tmp_path / "gone")
    settings.remember("theme", "dark")
    settings.save()
    assert settings.notice == ""


def windows_of_values(make_window: MakeWindow, folders: Folders, values: object) -> None:
    folders.make()
    text = json.dumps({"format": FORMAT, "values": values})
    (folders.runs / FILE).write_text(text, encoding="utf-8")
    window = make_window()
    assert window.isVisible()
    assert window.width() > 100
    window.launcher.ask_sweep()
    window.close()


_KEYS = (
    "geometry", "columns", "rows", "theme", "text_px", "plots", "workload", "settings", "opened",
    "sweep_augmented", "page", "bottom", "runs", "columns.runs", "plots.live",
)  # fmt: skip
_WITHIN = (
    "files", "text", "augmented", "batch.batch_size", "knobs", "design", "count", "shown", "filter",
    "opened", "selected", "x_axis", "follow", "range", "widths", "order", "sorted", "descending",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_values_of_any_type_open_the_window(
    make_window: MakeWindow, folders: Folders, seed: int
) -> None:
    """Every key that the window writes, with anything that JSON can hold in its place."""
    rng = random.Random(seed)
    odd = (
        None,
        True,
        -1,
        2**70,
        1e300,
        "",
        "x\0y",
        "~nobody/x.py",
        [],
        [None],
        [1, 2],
        {},
        {"a": 1},
    )

    def anything(depth: int = 0) -> object:
        if depth < 3 and rng.random() < 0.4:
            return {name: anything(depth + 1) for name in rng.sample(_WITHIN, 8)}
        return rng.choice(odd)

    windows_of_values(make_window, folders, {key: anything() for key in _KEYS})


@pytest.mark.parametrize(
    "geometry",
    [
        (50_000, 50_000, 900, 600, 0),
        (-90_000, 10, 900, 600, 1),
        (10, 10, 0, -5, 0),
        (0, 0, 99_999, 99_999, 0),
        (2**40, 0, 900, 600, 0),
    ],
    ids=["a screen that is gone", "left of all", "no size", "too large", "no place at all"],
)
def test_a_window_is_opened_where_it_can_be_seen(
    make_window: MakeWindow, folders: Folders, geometry: tuple[int, ...]
) -> None:
    first = make_window()
    first.close()
    values = written(folders.runs)["values"]
    values["geometry"] = list(geometry)
    text = json.dumps({"format": FORMAT, "values": values})
    (folders.runs / FILE).write_text(text, encoding="utf-8")
    window = make_window()
    screen = window.screen().availableGeometry()
    seen = screen.intersected(window.frameGeometry())
    assert seen.width() >= 100
    assert seen.height() >= 100


def test_a_window_comes_back_where_and_as_large_as_it_was(
    make_window: MakeWindow, folders: Folders
) -> None:
    first = make_window()
    first.setGeometry(QRect(20, 30, 1200, 650))
    columns = first.centralWidget()
    columns.setSizes([500, 700])
    sizes = columns.sizes()
    first.close()
    second = make_window()
    assert second.geometry() == QRect(20, 30, 1200, 650)
    assert second.centralWidget().sizes() == sizes


def test_files_that_were_opened_lately_survive_a_bad_entry(tmp_path: Path) -> None:
    settings = UiSettings(tmp_path)
    good = ToOpen("/x/train.py:make").as_json()
    odd = [None, 3, {"text": 4}, {"text": "x"}, {"text": "~nobody-here/x.py"}, good]
    settings.remember("opened", {"files": [*odd, {"text": "a.py", "arguments": 5}]})
    assert [one.text for one in RecentFiles(settings).all] == ["/x/train.py:make"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may do all")
def test_a_file_that_may_not_be_read_is_kept_aside(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{}", encoding="utf-8")
    (tmp_path / FILE).chmod(0)
    assert "Permission denied" in UiSettings(tmp_path).notice
