"""What is said of where a run took place, where its record says nothing of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

from core.model.kinds import Value

INTERPRETER = "interpreter"
"""The Python that a run trained in, by its executable; not there for the program's own."""
OWN_INTERPRETER = "this program's own"
MACHINE = "machine"
"""The machine that a run took place on, as ssh knows it; not there for the program's own."""
_FAR = re.compile(r"(ssh://[^/\s]+?|[^/\\\s]{2,}?):(?=/)")
"""What stands in front of a path on another machine, as ``scp`` writes it."""


def far_name(machine: str, path: str) -> str:
    """``HOST:/path/of/python``: a path, with the machine that it is on where that is another."""
    return f"{machine}:{path}" if machine else path


def machine_of(name: str) -> str:
    """The machine that ``far_name`` named; empty for this one."""
    match = _FAR.match(name)
    return match[1] if match else ""


def seen_of(environment: Mapping[str, Value], key: str) -> Value:
    """One thing about where a run took place, in words where nothing is recorded of it."""
    own = {INTERPRETER: OWN_INTERPRETER, MACHINE: "this machine"}
    return environment.get(key, own.get(key, "unknown"))


def interpreter_name(path: str) -> str:
    """What lists call an interpreter: the folder of its environment and the one above.

    Args:
        path: As a plan names it; empty for this program's own.
    """
    if not path:
        return OWN_INTERPRETER
    if machine := machine_of(path):
        return f"{machine}: {interpreter_name(path[len(machine) + 1 :])}"
    folder = PurePath(path).parent
    if folder.name in ("bin", "Scripts"):
        folder = folder.parent
    # Every project may have a ".venv".
    alike = folder.name.startswith((".", "venv", "env"))
    return "/".join(folder.parts[-2:]) if alike else folder.name
