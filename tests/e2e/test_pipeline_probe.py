"""What the probe reads off a real iterator."""

from __future__ import annotations

from typing import Any

import pytest

from core.lazy import tf
from core.measure.pipeline_probe import PROBE_S, PipelineProbe
from core.model.events import Event, PipelineSampled

pytestmark = pytest.mark.e2e


class Looked:
    """A probe for which time goes by as the test wants it."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._probe = PipelineProbe(self._events.append)
        self._now_s = 0.0

    def gaps(self, iterator: Any, batches: int) -> tuple[int, float | None]:
        """Take so many batches, look, and say how many gaps there were and their mean."""
        for _ in range(batches):
            next(iterator)
        self._now_s += 2 * PROBE_S
        self._probe.look(iterator, self._now_s, 0.0)
        event = self._events[-1]
        assert isinstance(event, PipelineSampled)
        return event.reading.gaps, event.reading.mean_gap_s


@pytest.mark.parametrize("prefetch", [False, True])
def test_every_gap_is_in_one_reading(prefetch: bool) -> None:
    dataset = tf.data.Dataset.range(1000).batch(2)
    if prefetch:
        dataset = dataset.prefetch(8)
    iterator, looked = iter(dataset), Looked()
    assert looked.gaps(iterator, 1) == (0, None)
    found = [looked.gaps(iterator, batches) for batches in (5, 1, 30)]
    assert [gaps for gaps, _ in found] == [5, 1, 30]
    assert all(mean_s is not None and mean_s > 0 for _, mean_s in found)


def test_of_many_gaps_tensorflow_keeps_the_last_hundred() -> None:
    gaps, mean_s = Looked().gaps(iter(tf.data.Dataset.range(1000)), 300)
    assert gaps == 100
    assert mean_s is not None


def test_a_new_iterator_begins_anew() -> None:
    dataset, looked = tf.data.Dataset.range(1000), Looked()
    looked.gaps(iter(dataset), 30)
    assert looked.gaps(iter(dataset), 10)[0] == 9
