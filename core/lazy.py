"""TensorFlow and Keras, loaded when first used.

Declarations of stages and workloads are needed long before a pipeline is built: by the
window, which is painted first, and by recorded runs, which open without TensorFlow. So the
modules that use TensorFlow take it from here.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any


class LazyModule:
    """Stands for a module and imports it when one of its attributes is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        module = sys.modules.get(self._name)
        # Where another thread is importing it, half of it is there: the import waits for the rest.
        if module is None or getattr(module.__spec__, "_initializing", False):
            quiet()
            module = importlib.import_module(self._name)
        return getattr(module, attribute)


def quiet() -> None:
    """Keep TensorFlow's start-up chatter off stderr; errors still come through.

    Has no effect on what the person set, nor once TensorFlow is loaded.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")


tf: Any = LazyModule("tensorflow")
keras: Any = LazyModule("keras")
