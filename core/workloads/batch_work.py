"""What callbacks do between batches, so that it can be timed by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.model.recorded_call import FunctionSeen


@dataclass(frozen=True)
class BatchWork:
    """What one callback does between batches, without any effect outside of memory or scratch.

    Attributes:
        hook: Its method, or the callback as it stands in the code.
        begin: What it does before the first batch.
        do: What it does for a batch; takes the number of the batch in its epoch.
        every: Batches from one time to the next.
    """

    hook: FunctionSeen
    begin: Callable[[], object]
    do: Callable[[int], object]
    every: int = 1
