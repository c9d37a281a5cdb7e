"""The version is the same wherever it stands."""

from __future__ import annotations

import tomllib
from pathlib import Path

from core.model.version import VERSION


def test_the_application_says_the_version_of_its_package() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["project"]["version"] == VERSION
