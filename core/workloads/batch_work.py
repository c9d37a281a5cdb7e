"""What callbacks do between batches or epochs, so that it can be timed by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.model.recorded_call import FunctionSeen


@dataclass(frozen=True)
class BatchWork:
    """What one callback does between batches or epochs, with no effect but on memory and scratch.

    Attributes:
        hook: Its method, or the callback as it stands in the code.
        begin: What it does before the first batch.
        do: What it does for a batch or an epoch; takes its number.
        every: Batches from one time to the next; 0 where it is done once for each epoch.
    """

    hook: FunctionSeen
    begin: Callable[[], object]
    do: Callable[[int], object]
    every: int = 1
