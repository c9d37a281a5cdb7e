from __future__ import annotations

import contextlib
import gc
import importlib
import sys
from types import ModuleType

import pytest

from core.measure import loading
from core.measure.loading import load_tensorflow


@pytest.fixture
def shared() -> list[None]:
    """How often memory of GPUs was set to be shared."""
    return []


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch, shared: list[None]) -> list[None]:
    """Stands for loading Keras; counts how often what was loaded was set apart."""
    times: list[None] = []

    def load(name: str) -> ModuleType:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
        return sys.modules[name]

    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.setattr(importlib, "import_module", load)
    monkeypatch.setattr(gc, "freeze", lambda: times.append(None))
    monkeypatch.setattr(loading, "_share_gpus", lambda: shared.append(None))
    return times


def test_what_tensorflow_brings_along_is_left_out_of_garbage_collection(
    frozen: list[None],
) -> None:
    load_tensorflow(shares_gpus=False)
    assert len(frozen) == 1


@pytest.mark.parametrize("loads", [True, False])
def test_no_garbage_is_collected_while_it_loads(
    frozen: list[None], monkeypatch: pytest.MonkeyPatch, loads: bool
) -> None:
    collects = []

    def load(name: str) -> ModuleType:
        collects.append(gc.isenabled())
        if loads:
            return ModuleType(name)
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", load)
    with contextlib.nullcontext() if loads else pytest.raises(ImportError):
        load_tensorflow(shares_gpus=False)
    assert collects == [False]
    assert gc.isenabled()


def test_what_runs_leave_behind_stays_within_it(frozen: list[None]) -> None:
    for _ in range(3):
        load_tensorflow(shares_gpus=False)
    assert len(frozen) == 1


def test_this_program_shares_gpus_and_a_process_of_a_run_does_as_it_was_told(
    frozen: list[None], shared: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_tensorflow(shares_gpus=False)
    assert shared == []
    monkeypatch.delitem(sys.modules, "keras")
    load_tensorflow()
    load_tensorflow()
    assert len(shared) == 1
