from __future__ import annotations

import threading
import weakref

from core.lazy import tf
from core.measure.iterators import THREAD_NAME, IteratorKeeper


class Slow:
    """Stands for an iterator that takes its time to go, until it is allowed to."""

    def __init__(self, may_go: threading.Event) -> None:
        self._may_go = may_go
        self.thread = ""

    def __del__(self) -> None:
        self._may_go.wait(10)


def test_letting_go_of_an_iterator_does_not_hold_up_the_loop() -> None:
    may_go = threading.Event()
    keeper = IteratorKeeper()
    first = Slow(may_go)
    gone = weakref.ref(first)
    keeper.keep(first)
    del first
    keeper.keep(object())  # comes back although the first one cannot go yet
    keeper.release()
    may_go.set()
    for thread in threading.enumerate():
        if thread.name == THREAD_NAME:
            thread.join(10)
    assert gone() is None


def test_what_tensorflow_holds_goes_although_the_objects_around_it_hold_each_other() -> None:
    iterator = iter(tf.data.Dataset.range(3))
    around = [iterator]
    around.append(around)  # as Keras's objects for an epoch that is broken off
    resource = weakref.ref(iterator._iterator_resource)
    keeper = IteratorKeeper()
    keeper.keep(iterator)
    keeper.release()
    for thread in threading.enumerate():
        if thread.name == THREAD_NAME:
            thread.join(10)
    assert resource() is None


def test_the_same_iterator_is_kept_from_step_to_step() -> None:
    keeper = IteratorKeeper()
    iterator = Slow(threading.Event())
    keeper.keep(iterator)
    keeper.keep(iterator)
    assert keeper._held is iterator
    iterator._may_go.set()
