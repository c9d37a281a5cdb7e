"""What must not be loaded, looked at from outside: import-linter cannot see lazy imports."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
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


def test_features_of_gui_meet_only_in_the_window_and_in_core() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (contract,) = (each for each in contracts["contracts"] if each["id"] == "gui-layers")
    layers = [layer.split(" | ") for layer in contract["layers"]]
    below = layers.index(["run_plots", "running"])
    window = {name for layer in layers[:below] for name in layer}
    shared = {name for layer in layers[below:] for name in layer}
    rooms = {path.parent.name for path in (ROOT / "gui").glob("*/__init__.py")}
    features = rooms - window - shared
    graph = grimp.build_graph("gui", exclude_type_checking_imports=True)
    assert len(features) > 10
    assert not [
        f"{importer} imports {imported}"
        for feature in features | window
        for imported in (f"gui.{feature}", *graph.find_descendants(f"gui.{feature}"))
        for importer in graph.find_modules_that_directly_import(imported)
        for room in [importer.split(".")[1]]
        if room in (features | shared) - {feature}
    ]


@pytest.mark.parametrize(
    "package",
    ["core.model", "core.metrics", "core.analysis", "core.store", "core.export", "core.timeline"],
)
def test_recorded_runs_open_without_tensorflow(package: str) -> None:
    program = (
        "import importlib, pkgutil\n"
        f"package = importlib.import_module({package!r})\n"
        "for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "    importlib.import_module(module.name)"
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
