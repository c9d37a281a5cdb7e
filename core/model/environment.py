"""What is said of where a run took place, where its record says nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from core.model.kinds import Value

INTERPRETER = "interpreter"
"""The Python that a run trained in, by its executable; not there for the program's own."""
OWN_INTERPRETER = "this program's own"


def seen_of(environment: Mapping[str, Value], key: str) -> Value:
    """One thing about where a run took place, in words where nothing is recorded of it."""
    return environment.get(key, OWN_INTERPRETER if key == INTERPRETER else "unknown")


def interpreter_name(path: str) -> str:
    """What lists call an interpreter: the folder of its environment and the one above.

    Args:
        path: Its executable; empty for this program's own.
    """
    if not path:
        return OWN_INTERPRETER
    folder = PurePath(path).parent
    if folder.name in ("bin", "Scripts"):
        folder = folder.parent
    # Every project may have a ".venv".
    alike = folder.name.startswith((".", "venv", "env"))
    return "/".join(folder.parts[-2:]) if alike else folder.name
