"""The guard of a process on another machine, by itself."""

from __future__ import annotations

import os

import pytest

from core.engines.far_guard import FarGuard
from core.engines.far_messages import FarEnd
from core.records.encode import starts_as
from core.records.frames import FrameStream


def test_the_last_word_comes_also_where_something_goes_on_printing() -> None:
    orders, words, inner, printed = (os.pipe() for _ in range(4))

    class Flooded(FarGuard):
        heard = 0

        def _hear(self, source: int) -> bool:
            self.heard += 1
            if self.heard > 1000:
                pytest.fail("it reads on without end")
            return True

    guard = Flooded(os.getpid(), (orders[0], words[1]), (printed[0], inner[1]))
    guard._last_words(7)
    (payload,) = FrameStream().feed(os.read(words[0], 4096))
    assert starts_as(payload, FarEnd)
    for end in {*orders, *words, *inner, *printed}:
        os.close(end)
