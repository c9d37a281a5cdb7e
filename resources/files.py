"""Read what is shipped with the application."""

from __future__ import annotations

from importlib.resources import files


def read_text(name: str) -> str:
    """The text of a resource such as ``style.qss``; FileNotFoundError where there is none."""
    return files("resources").joinpath(name).read_text(encoding="utf-8")


def folder() -> str:
    """The folder of resources, as style sheets name it."""
    return files("resources").joinpath("").__str__().replace("\\", "/").rstrip("/")
