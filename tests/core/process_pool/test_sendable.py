"""What can be sent to another process, and what is said of what cannot."""

from __future__ import annotations

import functools
import pickle
import sys
import threading
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from core.model.errors import InputError
from core.process_pool.sendable import packed

LOCK = threading.Lock()
FACTOR = 3


def times_factor(value: int) -> int:
    return value * FACTOR


def holds_lock(value: int) -> int:
    with LOCK:
        return value


def calls_it(value: int) -> int:
    return holds_lock(value)


real = LOCK
"""Named as an attribute of numbers."""


def calls_it_within(value: int) -> int:
    return sum(holds_lock(part) for part in [value.real])


class Owner:
    def __init__(self, path: Path) -> None:
        self.file = path.open("w")

    def method(self, value: int) -> int:
        self.file.write(str(value))
        return value


def sent(function: Any) -> Any:
    return pickle.loads(packed(function))


def test_functions_lambdas_closures_and_partials_go_with_the_values_that_they_have_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    captured = 5
    assert sent(times_factor)(2) == 6
    monkeypatch.setattr(sys.modules[__name__], "FACTOR", 4)
    assert sent(times_factor)(2) == 8
    assert sent(lambda value: value + captured)(2) == 7
    assert sent(functools.partial(times_factor, 2))() == 8


def test_functions_are_sent_from_several_threads_at_the_same_time() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            many = list(threads.map(packed, [times_factor] * 100))
    finally:
        sys.setswitchinterval(interval)
    assert {pickle.loads(each)(2) for each in many} == {6}


def test_a_person_s_module_is_not_imported_by_a_worker(tmp_path: Path) -> None:
    module = types.ModuleType("someones")
    module.__file__ = str(tmp_path / "someones.py")
    exec("def double(value):\n    return 2 * value\n", vars(module))
    sys.modules["someones"] = module
    try:
        bytes_sent = packed(module.double)
    finally:
        del sys.modules["someones"]
    assert pickle.loads(bytes_sent)(4) == 8


@pytest.mark.parametrize(
    "function", [holds_lock, calls_it, functools.partial(calls_it, 1), calls_it_within]
)
def test_a_lock_is_named_with_the_line_that_uses_it(function: Any) -> None:
    with pytest.raises(InputError) as caught:
        packed(function)
    line = holds_lock.__code__.co_firstlineno + 1
    assert f"it uses LOCK, which is a lock (test_sendable.py, line {line})" in caught.value.what
    assert "processes" in caught.value.remedy


def test_an_open_file_of_an_object_is_named(tmp_path: Path) -> None:
    owner = Owner(tmp_path / "log.txt")
    with pytest.raises(InputError) as caught:
        packed(owner.method)
    owner.file.close()
    assert "self.file, which is an open file" in caught.value.what
