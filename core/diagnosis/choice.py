"""Which of several changes that were compared is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.diagnosis.candidate import Candidate
from core.diagnosis.pairs import AS_GOOD, Compared, Pairs
from core.diagnosis.suggestion import too_little
from core.model.kinds import Value
from core.statistics import RatioInterval


@dataclass(frozen=True)
class Choice:
    """Changes that are compared in the same rounds.

    Attributes:
        pairs: Says which intervals are enough.
        by_title: The changes.
        missing: The prefetch that is missing where loading and training take turns; else None.
        first: Nothing is kept so far.
    """

    pairs: Pairs
    by_title: Mapping[str, Candidate]
    missing: Mapping[str, Value] | None
    first: bool

    def best(self, compared: Mapping[str, Compared]) -> str | None:
        """The change that gains most; among equals, the one that takes the least memory.

        The prefetch that is missing comes first: what else helps is tried beside it.
        """
        helping = {
            title: result.interval
            for title, result in compared.items()
            if result.interval is not None and self.pairs.helps(result.interval)
        }
        ratios = {title: interval.ratio or 0.0 for title, interval in helping.items()}
        enough = [
            title
            for title, interval in helping.items()
            if not too_little(self.by_title[title].changes, interval.low or 0.0)
        ]
        if enough and self.first:
            ratios = {title: ratios[title] for title in enough}
        most = max(ratios.values(), default=0.0)
        equals = [title for title, ratio in ratios.items() if ratio * AS_GOOD >= most]
        wanted = [title for title in ratios if self._is_missing(title)]
        return min(
            wanted or equals,
            key=lambda title: (self.by_title[title].memory_bytes, -ratios[title]),
            default=None,
        )

    def settled(self, intervals: Mapping[str, RatioInterval]) -> set[str]:
        """What needs no more rounds: not what would be preferred, if it were sure that it helps."""
        leader = max(intervals, key=lambda title: intervals[title].ratio or 0.0)
        best, most_bytes = intervals[leader].ratio or 0.0, self.by_title[leader].memory_bytes

        def is_preferred(title: str) -> bool:
            may_be_equal = (intervals[title].high or 0.0) >= best
            cheaper = self.by_title[title].memory_bytes < most_bytes
            return self._is_missing(title) or (cheaper and may_be_equal)

        return {
            title
            for title in self.pairs.outdone(intervals)
            if not (self.pairs.is_open(intervals[title]) and is_preferred(title))
        }

    def _is_missing(self, title: str) -> bool:
        return self.by_title[title].changes == self.missing
