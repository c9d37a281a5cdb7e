from __future__ import annotations

import gc
import importlib
import sys
from types import ModuleType

import pytest

from core.measure.loading import load_tensorflow


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Stands for loading Keras; counts how often what was loaded was set apart."""
    times: list[None] = []

    def load(name: str) -> ModuleType:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
        return sys.modules[name]

    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.setattr(importlib, "import_module", load)
    monkeypatch.setattr(gc, "freeze", lambda: times.append(None))
    return times


def test_what_tensorflow_brings_along_is_left_out_of_garbage_collection(
    frozen: list[None],
) -> None:
    load_tensorflow(shares_gpus=False)
    assert len(frozen) == 1


def test_what_runs_leave_behind_stays_within_it(frozen: list[None]) -> None:
    for _ in range(3):
        load_tensorflow(shares_gpus=False)
    assert len(frozen) == 1
