"""What this program is: versions and licences, without loading TensorFlow."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6.QtCore import qVersion

from core.cli.machine.checks.software import installed
from core.model.version import VERSION

_PACKAGES = ("tensorflow", "keras", "numpy", "PySide6", "pyqtgraph")
_LICENCE = """\
MIT License. Copyright (c) 2026 Pipeline Explorer contributors.
It is provided "as is", without warranty of any kind; the file LICENSE has the full text.

It uses Qt for Python (LGPL-3.0), pyqtgraph (MIT), NumPy (BSD-3-Clause), and TensorFlow and Keras
(Apache-2.0)."""


def about_text() -> str:
    """Versions, one a line, and the licence."""
    providers = metadata.packages_distributions()
    versions = {
        "Pipeline Explorer": VERSION,
        "Python": platform.python_version(),
        **{name: installed(name, "", providers.get(name, [])) for name in _PACKAGES},
        "Qt": qVersion(),
        "system": platform.platform(),
    }
    names = {"tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}
    width = max(map(len, versions))
    lines = [
        f"{names.get(name, name):<{width}}  {version or 'not installed'}"
        for name, version in versions.items()
    ]
    return "\n".join([*lines, "", _LICENCE])
