"""``doctor``: what this machine has of what the application needs."""

from __future__ import annotations

import argparse
import dataclasses
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ClassVar

from core.cli.command import DONE, Command
from core.cli.parser import folders
from core.cli.streams import say, stdout_to_stderr
from core.cli.table import table

_PACKAGES = (
    ("TensorFlow", ("tensorflow", "tensorflow-cpu")),
    ("Keras", ("keras",)),
    ("NumPy", ("numpy",)),
    ("PySide6", ("PySide6-Essentials", "PySide6")),
    ("pyqtgraph", ("pyqtgraph",)),
)
_GB = 1e9


@dataclasses.dataclass(frozen=True)
class Doctor(Command):
    """Says what is installed, what is seen and what would not work.

    Attributes:
        gpu_names: The GPUs that TensorFlow sees; None to ask TensorFlow itself.
    """

    name: ClassVar[str] = "doctor"
    help: ClassVar[str] = "Say what is installed and seen on this machine, and what is amiss."

    gpu_names: Callable[[], tuple[str, ...]] | None = None

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        where = folders(arguments)
        rows = [
            ("Python", platform.python_version()),
            *((label, installed(names)) for label, names in _PACKAGES),
            ("PySide6 on this Python", pair(installed(_PACKAGES[3][1]), sys.version_info[:2])),
            ("KERAS_BACKEND", _backend()),
            ("GPUs seen by TensorFlow", self._gpus()),
            ("NVIDIA driver", _driver()),
            ("Qt platform", _qt_platform()),
            *_folder("recorded runs", where.database.parent),
            *_folder("generated data", where.cache),
        ]
        say(table(rows))
        return DONE

    def _gpus(self) -> str:
        try:
            with stdout_to_stderr():
                names = (self.gpu_names or _ask_tensorflow)()
        except Exception as error:  # a broken installation raises anything at import
            return f"unknown: TensorFlow cannot be loaded ({type(error).__name__}: {error})"
        return ", ".join(names) or "none; runs train on the CPU or an emulated accelerator"


def installed(names: tuple[str, ...]) -> str:
    """The version of the first of these distributions that is installed."""
    for name in names:
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "not installed"


def pair(pyside: str, python: tuple[int, int]) -> str:
    """Whether a PySide6 works on a Python: 6.12 loses references to None before 3.12."""
    if pyside == "not installed":
        return "no window: PySide6 is not installed"
    if pyside.startswith("6.12.") and python < (3, 12):
        return (
            "BAD: the window would abort within seconds; "
            "install PySide6-Essentials 6.11, or use Python 3.12 or later"
        )
    return "good"


def _ask_tensorflow() -> tuple[str, ...]:
    from core.measure.devices import gpu_names

    return gpu_names()


def _backend() -> str:
    backend = os.environ.get("KERAS_BACKEND")
    if backend in (None, "", "tensorflow"):
        return backend or "not set (tensorflow is used)"
    return f"BAD: {backend}; only tensorflow works here, unset it"


def _driver() -> str:
    proc = Path("/proc/driver/nvidia/version")
    tool = shutil.which("nvidia-smi")
    found = [*(["kernel module"] if proc.exists() else ()), *(["nvidia-smi"] if tool else ())]
    return " and ".join(found) or "none found"


def _qt_platform() -> str:
    names = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    found = [f"{name}={os.environ[name]}" for name in names if os.environ.get(name)]
    if found or not sys.platform.startswith("linux"):
        return ", ".join(found) or "the system's own"
    return "no screen (DISPLAY and WAYLAND_DISPLAY are not set): no window, but `run` works"


def _folder(label: str, path: Path) -> Iterator[tuple[str, str]]:
    """Where it is, whether it can be written to and what space there is. Makes no folder."""
    there = next(parent for parent in (path, *path.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            state = "can be written to" if there == path else "not there yet, can be made"
    except OSError as error:
        state = f"BAD: cannot be written to ({error.strerror})"
    yield label, f"{path}: {state}"
    yield f"free space for {label}", f"{shutil.disk_usage(there).free / _GB:.1f} GB"
