"""What a process that trains uses where it is installed, and does without elsewhere.

A person's own environment, in which runs may train, has TensorFlow and NumPy for certain.
"""

from __future__ import annotations

import importlib
from typing import Any


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


psutil: Any = _module("psutil")
"""None where it is not installed."""
NO_PSUTIL = "the package psutil is not installed where this trained"
"""Why something was not measured."""
