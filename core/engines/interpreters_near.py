"""Interpreters that a person likely means, found by looking at folders; none of them is run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from core.engines.interpreter import python_of
from core.model.errors import InputError

_BESIDE = (".venv", "venv", ".conda")
_UP = 4
"""So many folders above a file may hold its environment."""
_PACKAGES = ("lib/python3.*/site-packages", "Lib/site-packages")


def interpreters_near(
    folder: Path | None, variables: Mapping[str, str] = os.environ
) -> tuple[str, ...]:
    """Executables, the likeliest first; this program's own is not among them.

    Args:
        folder: Of the person's file; None without one.
        variables: The environment's.
    """
    own = Path(sys.prefix)
    executables: dict[str, None] = {}
    for environment in _environments(folder, variables):
        try:
            if environment.is_dir() and not _same(environment, own) and _has(environment):
                executables[python_of(str(environment))] = None
        except (InputError, OSError):
            continue
    return tuple(executables)


def _environments(folder: Path | None, variables: Mapping[str, str]) -> Iterator[Path]:
    if folder is not None:
        for above in (folder, *folder.parents)[:_UP]:
            yield from (above / name for name in _BESIDE)
    active = (variables.get(name, "") for name in ("VIRTUAL_ENV", "CONDA_PREFIX"))
    yield from map(Path, filter(None, active))
    pyenv = variables.get("PYENV_ROOT") or Path.home() / ".pyenv"
    versions = Path(pyenv, "versions")
    if versions.is_dir():
        yield from sorted(versions.iterdir(), reverse=True)


def _same(environment: Path, other: Path) -> bool:
    return environment.resolve() == other.resolve()


def _has(environment: Path) -> bool:
    """Whether TensorFlow is installed in it; where packages lie elsewhere, it is looked at."""
    folders = [folder for pattern in _PACKAGES for folder in environment.glob(pattern)]
    shares = any(
        "true" in line.lower()
        for line in _lines(environment / "pyvenv.cfg")
        if line.startswith("include-system-site-packages")
    )
    return shares or any((folder / "tensorflow").is_dir() for folder in folders)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
