"""Fingerprints tell other data from the same data in another order."""

from __future__ import annotations

import random

import pytest

from core.measure.fingerprint import summed
from core.model.measured.fingerprint import Fingerprint

EXAMPLES = [f"example {number}".encode() for number in range(100)]


def test_the_order_does_not_matter_and_every_example_does() -> None:
    mixed = random.Random(1).sample(EXAMPLES, len(EXAMPLES))
    whole = summed(iter(EXAMPLES))
    assert whole.whole
    assert whole.sums[-1] == summed(iter(mixed)).sums[-1]
    other = summed(iter([*EXAMPLES[:-1], b"another"]))
    assert whole.differs_from(other) == "fingerprints of all 100 examples differ"
    twice = summed(iter([*EXAMPLES[:-1], EXAMPLES[0]]))
    assert whole.differs_from(twice)


def test_more_or_fewer_examples_are_counted() -> None:
    assert summed(iter(EXAMPLES)).differs_from(summed(iter(EXAMPLES[:70]))) == (
        "100 examples in all against 70"
    )


def test_samples_are_compared_over_what_both_looked_at() -> None:
    def until(count: int) -> Fingerprint:
        seen = iter(range(1000))
        # Asked at 1, 2, 4, ... examples.
        return summed(iter(EXAMPLES), lambda: 2 ** next(seen) >= count)

    sample, smaller = until(32), until(8)
    assert (sample.covers, sample.whole) == ("the first 32 examples", False)
    assert sample.differs_from(smaller) == ""
    assert smaller.differs_from(summed(iter(EXAMPLES))) == ""
    other = summed(iter([b"another", *EXAMPLES[1:]]))
    assert smaller.differs_from(other) == "fingerprints of the first 8 examples differ"


@pytest.mark.parametrize("nothing", [Fingerprint((), True), summed(iter(()))])
def test_nothing_is_claimed_of_what_was_not_looked_at(nothing: Fingerprint) -> None:
    assert nothing.differs_from(summed(iter(EXAMPLES))) == ""
    assert summed(iter(EXAMPLES)).differs_from(nothing) == ""
