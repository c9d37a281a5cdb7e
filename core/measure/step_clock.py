"""Stamps of the wall clock as seconds of a clock that nobody sets.

TensorFlow's ``tf.timestamp`` reads the wall clock, and that one jumps: someone sets it, a time
server does, a laptop wakes up. Python's ``time.perf_counter`` does not, so after each execution
both are read together. What they moved apart since is taken out of the stamps that follow the
jump, and the step that it fell in is told.

A clock that is slewed (NTP makes up a difference by running up to a few percent faster or slower)
does not jump. On Linux both clocks are slewed alike; elsewhere the difference is followed silently.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence

OnJump = Callable[[int, float], None]
"""Takes which of the execution's steps the jump fell in, from 0, and by how many seconds."""

FOLLOWED_S = 0.001
"""Clocks that moved apart by more are brought together again; a clock reading takes 0.1 us."""
TOLD_S = 0.05
"""A difference that grew by more from one execution to the next is a jump and told ..."""
TOLD_SHARE = 0.1
"""... where slewing cannot explain it: the fastest, chrony's, makes up 8.3 % of the time."""

_NARROW_S = 0.0002
_TRIES = 5


class StepClock:
    """Turns what a step was stamped with into seconds of ``time.perf_counter``.

    Args:
        on_jump: Told of each jump.
        wall: The clock that the stamps are of, in seconds.
        steady: The clock that does not jump, in seconds.
        beside: Steps go on while stamps are looked at: those that come next may be older than that.
    """

    def __init__(
        self,
        on_jump: OnJump = lambda step, by_s: None,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.perf_counter,
        *,
        beside: bool = False,
    ) -> None:
        self._on_jump, self._wall, self._steady = on_jump, wall, steady
        self._beside = beside
        self._checked_s, self._ahead_s, _ = self._look()

    def start(self) -> float:
        """What happened to the clocks before does not count; now, in seconds."""
        self._checked_s, self._ahead_s, _ = self._look()
        return self._checked_s

    def now(self) -> float:
        """Now, in seconds of the clock that does not jump."""
        return self._steady()

    def steadied(self, values: Sequence[float]) -> list[float]:
        """The stamps of what was just carried out, on the clock that does not jump.

        Args:
            values: Of each step asked, ready and done on the wall clock, and how many examples;
                one step after the other.

        Returns:
            The same numbers; times ascend, and lie between the call before and this one.
        """
        now_s, ahead_s, unsure_s = self._look()
        moved_s = ahead_s - self._ahead_s
        sound = abs(moved_s) <= FOLLOWED_S + unsure_s and self._in_order(values, now_s)
        if sound:
            steady = list(values)
            for step in range(0, len(steady), 4):
                for moment in range(step, step + 3):
                    steady[moment] -= self._ahead_s
        else:
            steady = self._mended(values, now_s, moved_s)
        self._checked_s = steady[-2] if self._beside else now_s
        return steady

    def _look(self) -> tuple[float, float, float]:
        """Now; how far the wall clock is ahead; by how much that may be wrong.

        The wall clock is read between two readings of the other: a thread that had to wait in
        between reads once more, so that this is not taken for a jump.
        """
        best = (0.0, 0.0, float("inf"))
        for _ in range(_TRIES):
            before_s, wall_s, after_s = self._steady(), self._wall(), self._steady()
            unsure_s = after_s - before_s
            if unsure_s < best[2]:
                best = after_s, wall_s - before_s, unsure_s
            if unsure_s < _NARROW_S:
                break
        return best

    def _in_order(self, values: Sequence[float], now_s: float) -> bool:
        """Whether stamps ascend from the last check to this one, but for how clocks are read."""
        last_s = self._checked_s + self._ahead_s - FOLLOWED_S
        for step in range(0, len(values), 4):
            if not last_s <= values[step] <= values[step + 1] <= values[step + 2]:
                return False
            last_s = values[step + 2]
        return last_s <= now_s + self._ahead_s + 2.0 * FOLLOWED_S

    def _mended(self, values: Sequence[float], now_s: float, moved_s: float) -> list[float]:
        """The stamps of an execution in which the wall clock jumped."""
        steady = list(values)
        moments = [moment for moment in range(len(values)) if moment % 4 != 3]
        # Seen as if the wall clock had gone on as before: from the last check to this one.
        seen_s = [self._checked_s, *(values[moment] - self._ahead_s for moment in moments)]
        seen_s.append(now_s + moved_s)
        spans_s = [after - before for before, after in itertools.pairwise(seen_s)]
        # It fell in the one span that is too short for any, or is the longest of all.
        choose = min if moved_s < 0 or min(spans_s) < -FOLLOWED_S else max
        place = spans_s.index(choose(spans_s))
        last_s = self._checked_s
        for index, moment in enumerate(moments):
            shifted_s = seen_s[index + 1] - (moved_s if index >= place else 0.0)
            # Set twice in one execution, the stamps in between are of no clock.
            last_s = steady[moment] = min(max(shifted_s, last_s), now_s)
        self._ahead_s += moved_s
        by_s = moved_s if abs(moved_s) > TOLD_S else min(0.0, *spans_s)
        if abs(by_s) > TOLD_S + TOLD_SHARE * (now_s - self._checked_s):
            self._on_jump(min(place // 3, len(moments) // 3 - 1), by_s)
        return steady
