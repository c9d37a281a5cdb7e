"""Python's cyclic garbage goes on the GUI thread, between events, and none is left."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.garbage import FULL, YOUNG, GarbageCollector


class Cycle:
    """Refers to itself, so only a collection ends it."""

    def __init__(self) -> None:
        self.itself = self


def make_garbage(count: int = 2 * YOUNG) -> weakref.ref[Cycle]:
    """Make that many cycles and let them go; returns a reference to the first."""
    first = weakref.ref(Cycle())
    for _ in range(count):
        Cycle()
    return first


@pytest.fixture(autouse=True, scope="module")
def garbage_collected_as_in_the_program() -> None:
    """Not here, where each test has a collector of its own."""


@pytest.fixture
def threads() -> Iterator[list[int]]:
    """The thread of each collection, one after the other."""
    collected_on: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            collected_on.append(threading.get_ident())

    gc.callbacks.append(note)
    yield collected_on
    gc.callbacks.remove(note)


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[GarbageCollector]:
    made = GarbageCollector(qapp)
    yield made
    made.stop()


def test_cycles_that_keep_being_made_are_collected(
    qtbot: QtBot, collector: GarbageCollector
) -> None:
    for _ in range(3):
        first = make_garbage()
        assert first() is not None
        qtbot.waitUntil(lambda first=first: first() is None)


def test_a_cycle_that_lived_long_is_collected_once_much_was_made(
    qtbot: QtBot, collector: GarbageCollector
) -> None:
    cycle = Cycle()
    gc.collect(1)
    assert any(old is cycle for old in gc.get_objects(generation=2))
    kept = weakref.ref(cycle)
    del cycle
    first = make_garbage()
    qtbot.waitUntil(lambda: first() is None)
    assert kept() is not None
    make_garbage(FULL)
    qtbot.waitUntil(lambda: kept() is None)


def test_what_another_thread_makes_or_asks_for_is_collected_on_this_one(
    qtbot: QtBot, collector: GarbageCollector, threads: list[int]
) -> None:
    freed: list[int] = []

    class Worker(QThread):
        def run(self) -> None:
            make_garbage()
            freed.append(gc.collect())

    worker = Worker()
    worker.start()
    worker.wait()
    first = make_garbage()
    assert (freed, threads) == ([0], [])
    qtbot.waitUntil(lambda: first() is None)
    assert set(threads) == {threading.get_ident()}


def test_nothing_is_collected_within_a_paint(
    qtbot: QtBot, collector: GarbageCollector, threads: list[int]
) -> None:
    at_the_end: list[int] = []

    class Painted(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            make_garbage()
            at_the_end.append(len(threads))

    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: len(threads) > 0)
    assert at_the_end[0] == 0


def test_when_the_window_is_closed_the_interpreter_collects_again(qapp: QApplication) -> None:
    collect = gc.collect
    assert gc.isenabled()
    collector = GarbageCollector(qapp)
    assert not gc.isenabled()
    assert gc.collect is not collect
    collector.stop()
    assert gc.isenabled()
    assert gc.collect is collect
