"""What must not be loaded, looked at from outside: import-linter cannot see lazy imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def modules_after(program: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint('LOADED', *sys.modules, sep='\\n')"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    return set(done.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize(
    "package", ["core.model", "core.metrics", "core.analysis", "core.store", "core.export"]
)
def test_recorded_runs_open_without_tensorflow(package: str) -> None:
    program = (
        "import importlib, pkgutil\n"
        f"package = importlib.import_module({package!r})\n"
        "for found in pkgutil.iter_modules(package.__path__):\n"
        "    importlib.import_module(package.__name__ + '.' + found.name)"
    )
    assert not modules_after(program) & {"tensorflow", "keras", "PySide6"}


def test_the_window_is_built_without_tensorflow(tmp_path: Path) -> None:
    program = (
        "from PySide6.QtWidgets import QApplication\n"
        "from core.folders import Folders\n"
        "from core.session import Session\n"
        "from gui.main_window import MainWindow\n"
        "from gui.theme import LIGHT, apply_theme\n"
        "app = QApplication([])\n"
        "apply_theme(app, LIGHT)\n"
        f"window = MainWindow(Session(Folders.under({str(tmp_path)!r})), LIGHT,"
        " load_tensorflow=False)\n"
        "window.show(); app.processEvents(); window.close()"
    )
    loaded = modules_after(program)
    assert not loaded & {"tensorflow", "keras"}
    assert "gui.main_window" in loaded
