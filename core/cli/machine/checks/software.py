"""Python, the packages and what is set for them."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata

from core.cli.machine.checks.check import Check, bad, note

_PACKAGES = ("TensorFlow", "Keras", "NumPy", "PySide6", "pyqtgraph")
_PYTHONS = ((3, 11), (3, 13))
_INSTALL = f"{sys.executable} -m pip install {{}}; in the repository, `make run` does all."
_ELSEWHERE = "Runs train in another interpreter (--python VENV). Or: "
_DISTRIBUTIONS = {"pyside6": "PySide6-Essentials"}
_TRAIN = ("tensorflow", "keras")


def software(loaded: Mapping[str, str]) -> Iterator[Check]:
    """Versions, and pairs that do not get on.

    Args:
        loaded: Versions as modules that were loaded have them.
    """
    version, python = platform.python_version(), sys.version_info[:2]
    if _PYTHONS[0] <= python <= _PYTHONS[1]:
        yield Check("python", "Python", version)
    else:
        yield bad(
            "python", "Python", version, "Use Python 3.11, 3.12 or 3.13: TensorFlow has others."
        )
    providers = metadata.packages_distributions()
    versions = {
        name: installed(name, loaded.get(name, ""), providers.get(name, []))
        for name in map(_module, _PACKAGES)
    }
    for label in _PACKAGES:
        version = versions[_module(label)]
        key = label.lower()
        install = _INSTALL.format(_DISTRIBUTIONS.get(key, key))
        if version:
            yield Check(key, label, version)
        elif key in _TRAIN:
            yield note(key, label, "not installed", _ELSEWHERE + install)
        else:
            yield bad(key, label, "not installed", install)
    yield pair(versions["PySide6"].partition(" ")[0], python)
    yield _backend()


def installed(module: str, version: str, distributions: Sequence[str]) -> str:
    """The version of a module that can be imported; empty where there is none.

    Args:
        module: Its name.
        version: Its own word; empty where it was not loaded. Then a distribution is asked.
        distributions: Those that bring the module. One of another name, such as
            ``tensorflow-cpu``, is named beside the version.
    """
    if importlib.util.find_spec(module) is None:
        return ""
    for name in distributions:
        with contextlib.suppress(metadata.PackageNotFoundError):
            version = version or metadata.version(name)
    others = ", ".join(name for name in dict.fromkeys(distributions) if name != module)
    return f"{version or 'version unknown'}{f' ({others})' if others else ''}"


def pair(pyside: str, python: tuple[int, int]) -> Check:
    """Whether a PySide6 works on a Python: 6.12 loses references to None before 3.12."""
    key, label = "pyside_on_python", "PySide6 on this Python"
    if not pyside:
        install = _INSTALL.format(_DISTRIBUTIONS["pyside6"])
        return bad(key, label, "no window: PySide6 is not installed", install)
    if pyside.startswith("6.12.") and python < (3, 12):
        return bad(
            key, label, "the window would abort within seconds",
            "Install PySide6-Essentials 6.11, or use Python 3.12 or later.",
        )  # fmt: skip
    return Check(key, label, f"{pyside} on {python[0]}.{python[1]}")


def _module(label: str) -> str:
    return label if label == "PySide6" else label.lower()


def _backend() -> Check:
    key, label = "keras_backend", "KERAS_BACKEND"
    backend = os.environ.get("KERAS_BACKEND")
    if backend in (None, "", "tensorflow"):
        return Check(key, label, backend or "not set (tensorflow is used)")
    return bad(key, label, str(backend), "Unset it: only tensorflow works here.")
