"""Without a command the window opens, where there is a screen for it."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from core.cli import main
from core.folders import Folders

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux's variables")


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


@on_linux
def test_without_a_screen_it_says_so_and_names_run(
    no_screen: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], open_window=lambda folders: 0) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.count("\n") == 1
    assert "no screen" in found.err
    assert "main.py run" in found.err


@on_linux
def test_a_screen_that_answers_will_do(no_screen: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        no_screen.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        no_screen.setenv("WAYLAND_DISPLAY", "wayland-7")
        assert main([], open_window=lambda folders: 0) == 0


@on_linux
@pytest.mark.parametrize(
    ("name", "value"),
    [("DISPLAY", ":7654"), ("DISPLAY", "nonsense"), ("WAYLAND_DISPLAY", "wayland-not-there")],
)
def test_a_screen_that_does_not_answer_is_named(
    no_screen: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    name: str,
    value: str,
) -> None:
    no_screen.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    no_screen.setenv(name, value)
    assert main([], open_window=lambda folders: 0) == 2
    assert value in capsys.readouterr().err


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
