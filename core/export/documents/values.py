"""Values that many documents have."""

from __future__ import annotations

from typing import TypedDict

from core.model.kinds import Value

Settings = dict[str, Value]
Number = float | None
"""None where it was not measured; ``not_measured`` or a neighbour says why."""
Interval = list[float] | None


class Ratio(TypedDict):
    ratio: Number
    low: Number
    high: Number
    confidence: float
    pairs: int
    verdict: str
