"""Python, the packages and what is set for them."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from core.cli.checks.check import Check, bad

_PACKAGES = (
    ("TensorFlow", ("tensorflow", "tensorflow-cpu")),
    ("Keras", ("keras",)),
    ("NumPy", ("numpy",)),
    ("PySide6", ("PySide6-Essentials", "PySide6")),
    ("pyqtgraph", ("pyqtgraph",)),
)
_PYTHONS = ((3, 11), (3, 13))
_INSTALL = "`make run` installs it."


def software() -> Iterator[Check]:
    """Versions, and pairs that do not get on."""
    found, python = platform.python_version(), sys.version_info[:2]
    if _PYTHONS[0] <= python <= _PYTHONS[1]:
        yield Check("python", "Python", found)
    else:
        yield bad(
            "python", "Python", found, "Use Python 3.11, 3.12 or 3.13: TensorFlow has others."
        )
    for label, names in _PACKAGES:
        there = installed(names)
        key = label.lower()
        if there:
            yield Check(key, label, there)
        else:
            yield bad(key, label, "not installed", _INSTALL)
    yield pair(installed(_PACKAGES[3][1]), python)
    yield _backend()


def installed(names: tuple[str, ...]) -> str:
    """The version of the first of these distributions that is installed; empty for none."""
    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return ""


def pair(pyside: str, python: tuple[int, int]) -> Check:
    """Whether a PySide6 works on a Python: 6.12 loses references to None before 3.12."""
    key, label = "pyside_on_python", "PySide6 on this Python"
    if not pyside:
        return bad(key, label, "no window: PySide6 is not installed", _INSTALL)
    if pyside.startswith("6.12.") and python < (3, 12):
        return bad(
            key, label, "the window would abort within seconds",
            "Install PySide6-Essentials 6.11, or use Python 3.12 or later.",
        )  # fmt: skip
    return Check(key, label, f"{pyside} on {python[0]}.{python[1]}")


def _backend() -> Check:
    key, label = "keras_backend", "KERAS_BACKEND"
    backend = os.environ.get("KERAS_BACKEND")
    if backend in (None, "", "tensorflow"):
        return Check(key, label, backend or "not set (tensorflow is used)")
    return bad(key, label, str(backend), "Unset it: only tensorflow works here.")
