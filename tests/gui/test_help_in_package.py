"""The pages that the window's help shows are part of the installed package."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_documentation_is_built_into_the_package(tmp_path: Path) -> None:
    pytest.importorskip("setuptools")
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE", "main.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("docs", "resources"):
        shutil.copytree(ROOT / name, tmp_path / name)
    command = [sys.executable, "setup.py", "-q", "build_py", "--build-lib", "built"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    built = {page.name for page in (tmp_path / "built/resources/docs").iterdir()}
    assert built == {page.name for page in (ROOT / "docs").glob("*.md")}
