"""Modules that are loaded when they are first used."""

from __future__ import annotations

import importlib
import sys
import threading
from pathlib import Path

import pytest

from core.lazy import LazyModule

NAME = "module_that_takes_its_time"
TEXT = "import sys\nsys.begun.set()\nassert sys.go_on.wait(30)\nvalue = 3\n"


def test_what_another_thread_is_importing_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(sys, "begun", begun, raising=False)
    monkeypatch.setattr(sys, "go_on", go_on, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / f"{NAME}.py").write_text(TEXT, encoding="utf-8")
    first = threading.Thread(target=importlib.import_module, args=(NAME,))
    first.start()
    try:
        assert begun.wait(30)
        later = threading.Timer(0.05, go_on.set)
        later.start()
        assert LazyModule(NAME).value == 3
        later.join()
    finally:
        go_on.set()
        first.join()
        sys.modules.pop(NAME, None)
