"""Whether two runs were given the same data, whatever order they came in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fingerprint:
    """Sums of hashes of examples, so that their order does not matter.

    Attributes:
        sums: ``(count, sum)`` over the first ``count`` examples that the source delivers when it
            reads its files one after the other; ascending, at powers of two and at the last
            example that was looked at. A sum is 16 hexadecimal digits.
        whole: Whether the last of them is over all examples.
    """

    sums: tuple[tuple[int, str], ...]
    whole: bool

    @property
    def covers(self) -> str:
        """How much was looked at, in words."""
        count = self.sums[-1][0] if self.sums else 0
        return f"all {count} examples" if self.whole else f"the first {count} examples"

    def differs_from(self, other: Fingerprint) -> str:
        """Over what two fingerprints differ, in words; empty where they do not, or nobody knows."""
        if not self.sums or not other.sums:
            return ""
        if self.whole and other.whole and self.sums[-1][0] != other.sums[-1][0]:
            return f"{self.sums[-1][0]} examples in all against {other.sums[-1][0]}"
        mine, theirs = dict(self.sums), dict(other.sums)
        common = max(mine.keys() & theirs.keys(), default=0)
        if not common or mine[common] == theirs[common]:
            return ""
        all_of_it = self.whole and other.whole and common == self.sums[-1][0]
        return f"fingerprints of {'all' if all_of_it else 'the first'} {common} examples differ"
