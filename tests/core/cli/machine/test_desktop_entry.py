"""``desktop-entry``: an entry and an icon for one person's desktop."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.core.cli.conftest import Cli


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share"


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.rglob("*") if file.is_file()}


def test_it_starts_what_was_called_and_goes_again(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/opt/50% of $HOME/bin/pipeline-explorer", "desktop-entry"])
    assert cli("desktop-entry").code == 0
    entry = (home / "applications/pipeline-explorer.desktop").read_text(encoding="utf-8")
    assert 'Exec="/opt/50%% of \\\\$HOME/bin/pipeline-explorer"\n' in entry
    assert "Icon=pipeline-explorer\n" in entry
    assert files(home) == {"pipeline-explorer.desktop", "pipeline-explorer.svg"}
    assert cli("desktop-entry", "--remove").out.endswith("was removed.\n")
    assert files(home) == set()
    assert cli("desktop-entry", "--remove").out.startswith("There is no ")


def test_what_cannot_be_removed_is_named(cli: Cli, home: Path) -> None:
    entry = home / "applications/pipeline-explorer.desktop"
    entry.mkdir(parents=True)
    found = cli("desktop-entry", "--remove")
    assert found.code == 2
    assert found.complaint.startswith(f"{entry} cannot be removed (")


def test_from_the_repository_it_names_the_python_too(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["main.py", "desktop-entry"])
    cli("desktop-entry")
    entry = (home / "applications/pipeline-explorer.desktop").read_text(encoding="utf-8")
    assert f'Exec="{sys.executable}" "{Path.cwd() / "main.py"}"\n' in entry


def test_another_system_is_bad_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "for Linux" in cli("desktop-entry").complaint
