"""Collects Python's cyclic garbage on the GUI thread, between two events and never elsewhere."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject, Qt, QTimer, Signal

LOOK_MS = 100
YOUNG, MIDDLE, FULL = 2_000, 20_000, 200_000
"""New objects that remain after which a generation is collected."""


class GarbageCollector(QObject):
    """Stands in for the interpreter's own collector while a window is open.

    Items of pyqtgraph hold each other, so only a collection ends them. The interpreter collects
    wherever an object is made: in the middle of a paint, or on a thread that trains. Qt's objects
    end there too, and with them the process.

    Like the interpreter's, a full collection waits until the old objects have grown by a quarter.
    Nothing bounds how long it takes but the number of objects that are not frozen (``gc.freeze``).
    """

    _wanted = Signal()

    def __init__(self, parent: QObject) -> None:
        """Take over; the thread that calls is the one that collects.

        Args:
            parent: The application, which it goes with.
        """
        super().__init__(parent)
        self._automatic = gc.isenabled()
        gc.disable()
        self._thread = threading.get_ident()
        self._collect = gc.collect
        # Keras calls it before each model, on the thread that trains.
        gc.collect = self._collect_on_this_thread
        self._wanted.connect(self._collect_all, Qt.ConnectionType.QueuedConnection)
        self._since_middle = self._since_full = self._old = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)

    def stop(self) -> None:
        """Give the collection back to the interpreter."""
        self._timer.stop()
        gc.collect = self._collect
        if self._automatic:
            gc.enable()

    def _collect_on_this_thread(self, generation: int = 2) -> int:
        """Collect now; where another thread asks, soon and everything, and 0 is returned."""
        if threading.get_ident() == self._thread:
            return self._collect(generation)
        self._wanted.emit()
        return 0

    def _collect_all(self) -> None:
        self._collect()
        self._since_middle = self._since_full = 0
        self._old = len(gc.get_objects(generation=2))

    def _look(self) -> None:
        new = gc.get_count()[0]
        if new < YOUNG:
            return
        self._since_middle += new
        self._since_full += new
        if self._since_full >= FULL and self._has_grown():
            self._collect_all()
        elif self._since_middle >= MIDDLE:
            self._collect(1)
            self._since_middle = 0
        else:
            self._collect(0)

    def _has_grown(self) -> bool:
        old = len(gc.get_objects(generation=2))
        # Objects also end by themselves, and what was frozen is not counted any more.
        self._old = min(self._old, old)
        return 4 * (old - self._old) > self._old
