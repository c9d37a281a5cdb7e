from __future__ import annotations

import contextlib
import gc
import importlib
import sys
import threading
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


def test_a_run_started_while_tensorflow_loads_waits_for_all_of_it(
    monkeypatch: pytest.MonkeyPatch, frozen: list[None], shared: list[None]
) -> None:
    half_loaded, rest = threading.Event(), threading.Event()
    order: list[str] = []

    def load(name: str) -> ModuleType:
        if name not in sys.modules:
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
            half_loaded.set()
            assert rest.wait(20.0)
            order.append("loaded")
        return sys.modules[name]

    def start_run() -> None:
        load_tensorflow()
        order.append("run")

    monkeypatch.setattr(importlib, "import_module", load)
    ahead, run = threading.Thread(target=load_tensorflow), threading.Thread(target=start_run)
    ahead.start()
    assert half_loaded.wait(20.0)
    run.start()
    # One that does not wait is through by then.
    run.join(0.05)
    rest.set()
    ahead.join()
    run.join()
    assert order == ["loaded", "run"]
    assert len(shared) == 1
