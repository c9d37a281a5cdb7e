"""A process that has TensorFlow loaded and waits for a plan."""

from __future__ import annotations

from enum import StrEnum


class SpareState(StrEnum):
    """How far the spare process is. The value is how the window says it."""

    NONE = "none"
    LOADING = "loading"
    READY = "ready"
