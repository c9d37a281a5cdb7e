"""Lets TensorFlow forget the graphs of a training that is over."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

_PREFIX = "CustomGradient-"


@contextlib.contextmanager
def forgotten_gradients(*, all_kept: bool = False) -> Iterator[None]:
    """Afterwards, gradients that were registered meanwhile are not any more.

    TensorFlow 2.21 registers each ``tf.custom_gradient`` of a graph that is traced under a name of
    its own, for as long as the process lives (``custom_gradient.py``, ``_graph_mode_decorator``),
    and with it the whole graph: about 6 MB and 8,000 objects a training, through which every
    garbage collection then goes. Where models that were made meanwhile are trained again later,
    they must all be kept: what was traced looks its gradients up by those names.
    """
    if all_kept:
        yield
        return
    before = set(_registered())
    try:
        yield
    finally:
        registered = _registered()
        for name in set(registered) - before:
            if name.startswith(_PREFIX):
                del registered[name]


def _registered() -> dict[str, Any]:
    """The registry, which TensorFlow keeps to itself; empty where it is not there."""
    ops = importlib.import_module("tensorflow.python.framework.ops")
    registry = getattr(getattr(ops, "gradient_registry", None), "_registry", None)
    return registry if isinstance(registry, dict) else {}
