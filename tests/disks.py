"""A disk that is full, wherever the tests run and whoever runs them."""

from __future__ import annotations

import errno
import os

import pytest

FULL = os.strerror(errno.ENOSPC)


def fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing reaches the disk any more."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, FULL)

    monkeypatch.setattr(os, "fsync", full)
