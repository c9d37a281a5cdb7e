"""What every test stands on: no display, nothing of the host's, and nothing left behind."""

# ruff: noqa: E402
from __future__ import annotations

import gc
import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

# Before any Qt or TensorFlow import. Of the environment of the person who runs the tests only this
# is kept: their language, time zone, home, screens and settings of other programs decide nothing.
_KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "TMPDIR", "TMP", "TEMP", "SYSTEMROOT")
_OF_TEST_TOOLS = ("PYTEST_", "HYPOTHESIS_", "COVERAGE_", "PEOPLE_WRITE_")
_kept = {
    name: value
    for name, value in os.environ.items()
    if name in _KEPT or name.startswith(_OF_TEST_TOOLS)
}
_home = tempfile.mkdtemp(prefix="pipeline-explorer-tests-")
os.environ.clear()
os.environ.update(
    _kept,
    HOME=_home,
    LANG="C.UTF-8",
    TZ="UTC",
    # Qt's own offscreen screen is smaller than any real one.
    QT_QPA_PLATFORM=f"offscreen:configfile={Path(__file__).with_name('screens.json')}",
    TF_CPP_MIN_LOG_LEVEL="2",
    PYTHONUTF8="1",
    GIT_CONFIG_GLOBAL=os.devnull,
    GIT_CONFIG_NOSYSTEM="1",
)
if hasattr(time, "tzset"):
    time.tzset()

import pytest
from PySide6.QtCore import QThread, QTimer

from core.measure.iterators import THREAD_NAME


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that train first: several at a time then end at about the same time."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)


def pytest_collection_finish() -> None:
    # What is imported and collected stays: the garbage collections of the tests pass it by.
    gc.collect()
    gc.freeze()
    # TensorFlow makes many objects that live: fewer passes over them take a tenth of the time off.
    gc.set_threshold(20_000, 20, 100)


def pytest_unconfigure() -> None:
    shutil.rmtree(_home, ignore_errors=True)


_ENDING_S = 10.0
"""For a thread that is about to end: the look at a service of another fixture, for example."""


@pytest.fixture(autouse=True)
def nothing_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a Qt timer ticking, a QThread or a Python thread running."""
    started: list[weakref.ref[QTimer | QThread]] = []

    def remember(kind: type[QTimer] | type[QThread]) -> None:
        start = kind.start

        def start_and_remember(self: QTimer | QThread, *args: object) -> None:
            started.append(weakref.ref(self))
            start(self, *args)

        monkeypatch.setattr(kind, "start", start_and_remember)

    remember(QTimer)
    remember(QThread)
    before = set(threading.enumerate())
    yield
    left = [thing for ref in started if (thing := ref()) is not None and _runs(thing)]
    # Threads that Qt started show in Python as dummies for as long as Python lives.
    threads = [
        thread
        for thread in set(threading.enumerate()) - before
        if thread.is_alive()
        and not isinstance(thread, threading._DummyThread)
        # TensorFlow may take seconds to let go of an iterator; the thread ends by itself.
        and thread.name != THREAD_NAME
    ]
    for thread in threads:
        thread.join(_ENDING_S)
    threads = [thread for thread in threads if thread.is_alive()]
    assert not left, f"left running: {left}"
    assert not threads, f"threads left running: {threads}"


def _runs(thing: QTimer | QThread) -> bool:
    try:
        return thing.isActive() if isinstance(thing, QTimer) else thing.isRunning()
    except RuntimeError:  # Qt deleted it already
        return False
