"""Read what is shipped with the application."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_BESIDE = Path(__file__).parent / "docs"
DOCS = _BESIDE if _BESIDE.is_dir() else Path(__file__).parents[1] / "docs"
"""The documentation: an installed package has it here, the repository beside this folder."""

EXAMPLE = Path(__file__).parent / "example.pxsession"
"""Recorded runs to look at; ``scripts/record_example.py`` records them."""


def read_text(name: str) -> str:
    """The text of a resource such as ``style.qss``; FileNotFoundError where there is none."""
    return files("resources").joinpath(name).read_text(encoding="utf-8")


def folder() -> str:
    """The folder of resources, as style sheets name it."""
    return files("resources").joinpath("").__str__().replace("\\", "/").rstrip("/")
