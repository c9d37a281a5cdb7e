"""Whether two runs were given the same data, whatever order they came in."""

from __future__ import annotations

from dataclasses import dataclass

_MODULUS = 1 << 64


@dataclass(frozen=True)
class Fingerprint:
    """Sums of hashes of examples, so that their order does not matter.

    Attributes:
        sums: ``(count, sum)`` over the first ``count`` examples that the source delivers when it
            reads its files one after the other; ascending, at powers of two and at the last
            example that was looked at. A sum is 16 hexadecimal digits.
        whole: Whether the last of them is over all examples.
        served: What a tf.data service made of them, in a sentence: how often each came through it,
            and in which order. Empty where there is none. The sums are then over what came through.
    """

    sums: tuple[tuple[int, str], ...]
    whole: bool
    served: str = ""

    @property
    def covers(self) -> str:
        """How much was looked at, in words."""
        count = self.sums[-1][0] if self.sums else 0
        return f"all {count} examples" if self.whole else f"the first {count} examples"

    def through_service(self, source: Fingerprint) -> Fingerprint:
        """It, taken behind a tf.data service, with what is to be said of that.

        Args:
            source: What the source delivers without the service.
        """
        if not (self.whole and source.whole and self.sums and source.sums):
            # The first examples are others each time: nothing can be laid beside them.
            unknown = "not known: it was not looked at to the end"
            return Fingerprint(
                (), False, f"How often each example comes through the service is {unknown}."
            )
        (count, total), (wanted, each) = self.sums[-1], source.sums[-1]
        copies, rest = divmod(count, wanted)
        same = not rest and int(total, 16) == copies * int(each, 16) % _MODULUS
        if same and copies == 1:
            order = "in the source's order" if self.sums == source.sums else "in another order"
            said = f"Each of the {wanted} examples came through the service once, {order}."
        elif same:
            said = f"Each of the {wanted} examples came through the service {copies} times."
        else:
            said = (
                f"{count} examples came through the service, and they are not those of its source, "
                f"which delivers {wanted}."
            )
        return Fingerprint(self.sums[-1:], True, said)

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
