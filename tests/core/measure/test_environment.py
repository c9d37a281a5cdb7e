from __future__ import annotations

import sys
from importlib import metadata
from types import ModuleType

import pytest

from core.measure import environment as environment_module
from core.measure.environment import environment


def test_versions_are_the_modules_own_whatever_the_distributions_are_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """``tensorflow-cpu`` and vendors' builds have no distribution named ``tensorflow``."""

    def nowhere(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata.Distribution, "from_name", nowhere)
    for name, version in (("tensorflow", "2.99.0+vendor"), ("keras", "3.99.0")):
        module = ModuleType(name)
        module.__version__ = version  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(environment_module, "gpu_names", tuple)
    seen = environment()
    assert (seen["tensorflow"], seen["keras"]) == ("2.99.0+vendor", "3.99.0")


def test_memory_that_the_system_does_not_tell_is_not_0(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment_module, "gpu_names", tuple)
    monkeypatch.setattr(environment_module, "total_bytes", lambda: float("nan"))
    assert "memory_bytes" not in environment()
