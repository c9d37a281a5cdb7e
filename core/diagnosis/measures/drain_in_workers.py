"""How fast the workers of a tf.data service deliver what stands in front of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from core.diagnosis.measures.cores import CpuClock
from core.diagnosis.measures.drain import Drained, drain, rate_and_cores
from core.diagnosis.measures.take_elements import bytes_of
from core.lazy import tf

_PROBE_S = 0.3
_SEND_S, _MOST = 0.02, 1024
"""A worker sends the sizes of the elements of so long at once, and of so many at most."""


def drain_in_workers(
    dataset: Any,
    address: str,
    seconds: float,
    cancelled: Callable[[], bool],
    cpu_clock: CpuClock | None = None,
) -> Drained:
    """Have all workers take elements for some time; only the sizes of elements come here.

    Each worker goes through all of the data by itself, again and again: their rates add up.

    Args:
        dataset: A ``tf.data.Dataset``.
        address: Of the service.
        seconds: So long, from the first element on.
        cancelled: Asked often; True ends it.
        cpu_clock: See ``drain``.

    Raises:
        tf.errors.OpError: The pipeline failed.
    """
    sizes = dataset.map(lambda *element: bytes_of(element)).repeat()
    probe = drain(_served(sizes.batch(1), address), _PROBE_S, cancelled, cpu_clock=cpu_clock)
    rate = rate_and_cores(probe.passes)
    if rate is None or cancelled():
        return probe
    at_once = min(max(int(rate[0] * _SEND_S), 1), _MOST)
    served = _served(sizes.batch(at_once), address)
    drained = drain(served, seconds, cancelled, cpu_clock=cpu_clock)
    passes = tuple(
        replace(each, elements=at_once * each.elements, all_elements=at_once * each.all_elements)
        for each in drained.passes
    )
    with tf.device("/CPU:0"):
        some = next(served.as_numpy_iterator(), np.array([math.nan]))
    return Drained(passes, float(np.mean(some)))


def _served(dataset: Any, address: str) -> Any:
    service = tf.data.experimental.service
    policy = service.ShardingPolicy.OFF
    return dataset.apply(
        service.distribute(processing_mode=policy, service=address, compression=None)
    )
