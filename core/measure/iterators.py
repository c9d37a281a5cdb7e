"""Lets go of iterators beside the training loop.

TensorFlow 2.21 sometimes takes up to 5 s to let go of an iterator that was used: about as long
as its autotune thread sleeps between two looks at the pipeline, and at random. Keras lets go of
an epoch's iterator when it makes the next, so a plain ``model.fit`` sometimes stands still
between two epochs whatever its pipeline looks like. That would drown every difference between
settings, so here the iterator is let go of on a thread of its own; the GIL is free meanwhile.

Where Keras breaks off an epoch, its own objects for it hold each other and the iterator, until
Python looks for such garbage: at any time, on any thread. Steps of the next training were seen to
stand still for 6 s then. So it is the resource behind the iterator that is let go of.
"""

from __future__ import annotations

import threading
from typing import Any

THREAD_NAME = "iterator release"
_RESOURCE = "_iterator_resource"
"""What TensorFlow's iterators (2.16 to 2.21) call the handle of their resource."""


class IteratorKeeper:
    """Holds on to the iterator of the present epoch until the next one is there."""

    def __init__(self) -> None:
        self._held: Any = None

    def keep(self, iterator: Any) -> None:
        """Hold on to an iterator, and let go of the one before."""
        if iterator is not self._held:
            self.release()
            self._held = iterator

    def release(self) -> None:
        """Let go of the iterator on a thread of its own; a process waits for it before it ends."""
        if self._held is not None:
            box = [getattr(self._held, "__dict__", {}).pop(_RESOURCE, None), self._held]
            self._held = None
            # The thread takes the last reference with it: nothing is let go of here.
            threading.Thread(target=box.clear, name=THREAD_NAME, daemon=False).start()
