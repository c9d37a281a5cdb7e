"""Environments that stand for a person's own, made in a moment from what is installed here."""

from __future__ import annotations

import os
import sysconfig
import venv
from pathlib import Path

_NOT_THERE = (
    "psutil", "pynvml", "nvidia_ml_py", "scipy", "msgspec", "filelock", "libcst", "platformdirs",
    "PySide6", "shiboken6", "pyqtgraph", "pytest", "hypothesis", "loky", "cloudpickle",
)  # fmt: skip
"""What a person's environment need not have."""


def empty_environment(folder: Path) -> Path:
    """An environment with Python alone."""
    venv.create(folder, symlinks=True)
    return folder


def site_packages(environment: Path) -> Path:
    """The folder of its packages."""
    return next(environment.glob("lib/python3.*/site-packages"))


def with_tensorflow(folder: Path) -> Path:
    """An environment with TensorFlow, and without what this program needs beside it."""
    environment = empty_environment(folder)
    there = Path(sysconfig.get_path("purelib"))
    for entry in there.iterdir():
        if entry.suffix not in (".pth", ".egg-link") and not entry.name.startswith(_NOT_THERE):
            (site_packages(environment) / entry.name).symlink_to(entry)
    return environment


def other_environment(folder: Path) -> Path:
    """The environment that ``scripts/versions.sh`` names, else one that is made in a folder."""
    named = os.environ.get("PYTEST_OTHER_PYTHON")
    return Path(named) if named else with_tensorflow(folder)


def install(environment: Path, distribution: str, version: str, module: str) -> None:
    """Let a distribution of that version be installed that has a module and nothing in it."""
    packages = site_packages(environment)
    (packages / module).mkdir(exist_ok=True)
    (packages / module / "__init__.py").write_text("raise ImportError('it was imported')\n")
    name = f"{distribution.replace('-', '_')}-{version}.dist-info"
    (packages / name).mkdir()
    about = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
    (packages / name / "METADATA").write_text(about)
    (packages / name / "top_level.txt").write_text(f"{module}\n")
