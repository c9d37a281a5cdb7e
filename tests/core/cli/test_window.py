"""Without a command the window opens, where there is a screen for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.cli import main
from core.folders import Folders


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "KERAS_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_the_window_gets_the_folder_that_was_named(
    tmp_path: Path, no_screen: pytest.MonkeyPatch
) -> None:
    no_screen.setenv("QT_QPA_PLATFORM", "offscreen")
    opened: list[Folders] = []

    def open_window(folders: Folders) -> int:
        opened.append(folders)
        return 7

    assert main(["--data-dir", str(tmp_path)], open_window=open_window) == 7
    assert main([], open_window=open_window) == 7
    assert opened == [Folders.under(tmp_path), Folders.default()]


def test_another_backend_is_refused_before_the_window_opens(
    no_screen: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    no_screen.setenv("QT_QPA_PLATFORM", "offscreen")
    no_screen.setenv("KERAS_BACKEND", "torch")
    assert main([], open_window=lambda folders: 0) == 2
    assert "KERAS_BACKEND" in capsys.readouterr().err


def test_qt_that_cannot_be_loaded_is_told_in_one_line(
    no_screen: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    no_screen.setenv("QT_QPA_PLATFORM", "offscreen")

    def broken(folders: Folders) -> int:
        raise ImportError("libEGL.so.1: cannot open shared object file")

    assert main([], open_window=broken) == 1
    found = capsys.readouterr().err
    assert found.count("\n") == 1
    assert "libEGL.so.1" in found
