"""What every test stands on: no display, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

# Before any Qt or TensorFlow import. Qt's own offscreen screen is smaller than any real one.
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).with_name('screens.json')}"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("PYTHONUTF8", "1")
# What tests agree to is nothing that the person who runs them has agreed to.
os.environ["XDG_DATA_HOME"] = tempfile.mkdtemp(prefix="pipeline-explorer-tests-")

import pytest
from PySide6.QtCore import QThread, QTimer

from core.measure.iterators import THREAD_NAME


@pytest.fixture(scope="session", autouse=True)
def _no_home_left() -> Iterator[None]:
    yield
    shutil.rmtree(os.environ["XDG_DATA_HOME"], ignore_errors=True)


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
    assert not left, f"left running: {left}"
    assert not threads, f"threads left running: {threads}"


def _runs(thing: QTimer | QThread) -> bool:
    try:
        return thing.isActive() if isinstance(thing, QTimer) else thing.isRunning()
    except RuntimeError:  # Qt deleted it already
        return False
