"""Pipelines for short measurements."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.diagnosis.measures.shortened import Shortening
from core.lazy import tf

pytestmark = pytest.mark.e2e


def test_code_that_goes_through_a_shortened_dataset_itself_comes_to_an_end(tmp_path: Path) -> None:
    with Shortening(cached=8).building(tmp_path):
        data = tf.data.Dataset.range(100).cache()
        assert int(data.cardinality()) > 10**6
        assert len(list(data.batch(3).map(lambda batch: batch + 1))) == 3
        assert len(list(data.batch(256))) == 1
        some = data.filter(lambda number: number >= 0)
        assert int(some.reduce(0, lambda count, _: count + 1)) == 8
        # What ends by itself is as long as it says.
        assert len(list(data.take(20))) == 20
        assert len(list(tf.data.Dataset.range(100).filter(lambda number: number >= 0))) == 100
    assert len(list(tf.data.Dataset.range(100).cache())) == 100
