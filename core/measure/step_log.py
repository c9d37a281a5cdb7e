"""Collects what the timed loop measures and passes it on in packets."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core.model.events import ClockJumped, Event, StepsTaken

PACKET_S = 0.1
"""Packets are sent, and the loss is read from the device, at most once in this time."""


class StepLog:
    """Takes four numbers a step; everything else happens ten times a second.

    Times come in as seconds of ``time.perf_counter`` (``core.measure.step_clock``), and leave as
    seconds since ``origin_s``.
    """

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._rows = array("d")
        self._logs: Any = None
        self._due_s = 0.0
        self.origin_s = time.perf_counter()
        self.steps = 0
        self.first_wait_s = 0.0

    def add(self, values: Sequence[float], logs: Any) -> None:
        """Add the steps of one execution.

        Args:
            values: Of each step asked, ready and done, and how many examples; one step after the
                other.
            logs: What the last step returned; its loss is read when a packet is sent.
        """
        if self.steps == 0:
            self.first_wait_s = values[1] - values[0]
        self._rows.extend(values)
        self._logs = logs
        self.steps += len(values) // 4
        done = values[-2]
        if done >= self._due_s:
            self.flush()
            self._due_s = done + PACKET_S

    def clock_jumped(self, step: int, by_s: float) -> None:
        """Tell of a jump of the clock in the execution that is added next.

        Args:
            step: Which of its steps it fell in, from 0.
            by_s: By how many seconds; below 0 where the clock was set back.
        """
        self._emit(ClockJumped(self.steps + step, by_s))

    def flush(self) -> None:
        """Send what was not sent yet."""
        if not self._rows:
            return
        table = np.frombuffer(self._rows, np.float64).reshape(-1, 4)
        event = StepsTaken(
            times_s=table[:, :3] - self.origin_s,
            examples=table[:, 3].astype(np.int64),
            loss=_loss(self._logs),
        )
        self._rows = array("d")
        self._emit(event)


def _loss(logs: Any) -> float | None:
    loss = logs.get("loss") if isinstance(logs, dict) else None
    return None if loss is None else float(loss)
