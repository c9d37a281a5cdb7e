"""Figures over the course of a run, for plots: the steps grouped into few, even bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.metrics.accounting import turnarounds
from core.model.measured.samples import FloatArray, IntArray, Samples


@dataclass(frozen=True)
class Series:
    """One value per bin; arrays of shape ``(bins,)``.

    A bin reaches from its first step's request to the next bin's first request, so bins cover
    the run without a hole.

    Attributes:
        step: Index one past the bin's last step.
        start_s: When the bin begins, in seconds since fit began.
        end_s: When it ends.
        epoch: Its end in epochs (1.5: half way through the second).
        input_wait_percent: Share of the bin spent waiting for input.
        host_percent: Share spent in host code between steps.
        epoch_turnaround_percent: Share spent between epochs.
        examples_per_s: Throughput of the bin.
    """

    step: IntArray
    start_s: FloatArray
    end_s: FloatArray
    epoch: FloatArray
    input_wait_percent: FloatArray
    host_percent: FloatArray
    epoch_turnaround_percent: FloatArray
    examples_per_s: FloatArray

    @property
    def idle_percent(self) -> FloatArray:
        """The three causes together."""
        return self.input_wait_percent + self.host_percent + self.epoch_turnaround_percent


FINER = 3
"""So many times as many bins as the whole run has go into the part that is looked at closely."""


def series(
    samples: Samples,
    max_bins: int = 200,
    min_bin_s: float = 0.25,
    within: tuple[int, int] | None = None,
) -> Series:
    """Group the steps of a run into at most ``max_bins`` bins of about ``min_bin_s`` or more.

    The cost depends on the number of bins and of epochs, hardly on that of steps.

    Args:
        samples: The steps.
        max_bins: Most bins for the whole run.
        min_bin_s: Shortest bin in seconds, roughly.
        within: From which step to before which one the bins are finer, down to single steps:
            ``FINER`` times as many as the whole run has.
    """
    steps = samples.steps
    if steps == 0:
        none = np.empty(0)
        return Series(np.empty(0, np.int64), none, none, none, none, none, none, none)
    wall = float(samples.done_s[-1] - samples.asked_s[0])
    bins = int(np.clip(wall / min_bin_s, 1, min(max_bins, steps)))
    starts = _bin_starts(samples, bins, 0, steps)
    if within is not None:
        first, stop = max(within[0], 0), min(within[1], steps)
        fine = _bin_starts(samples, FINER * bins, first, stop)
        # Beyond the part the coarse bins go on; the one that it ends in goes on from there.
        rest = np.append(stop, starts[starts > stop]) if stop < steps else starts[:0]
        starts = np.concatenate((starts[starts < first], fine, rest))
    stops = np.append(starts[1:], steps)
    begin: FloatArray = samples.asked_s[starts]
    end = np.append(samples.asked_s[starts[1:]], samples.done_s[-1])
    sums = samples.sums(np.append(starts, steps))
    last, turnaround_s = turnarounds(samples, 0, steps)
    turnaround = np.zeros(len(starts))
    np.add.at(turnaround, np.searchsorted(starts, last, side="right") - 1, turnaround_s)
    # Differences of long sums come out a hair below 0 where nothing was spent.
    host = np.maximum(np.diff(sums.gap_s) - turnaround, 0.0)
    length = np.maximum(end - begin, 1e-9)

    def share(seconds: FloatArray) -> FloatArray:
        shares: FloatArray = seconds * 100.0 / length
        return shares

    return Series(
        step=stops,
        start_s=begin,
        end_s=end,
        epoch=epochs_at(samples, stops),
        input_wait_percent=share(np.maximum(np.diff(sums.input_wait_s), 0.0)),
        host_percent=share(host),
        epoch_turnaround_percent=share(turnaround),
        examples_per_s=np.diff(sums.examples) / length,
    )


def epochs_at(samples: Samples, steps: IntArray | FloatArray) -> FloatArray:
    """How many epochs have gone by after so many steps; shape as ``steps``.

    The length of the last epoch is not known while it runs: it counts as the first one's.
    """
    starts = samples.epoch_starts
    if len(starts) == 0:
        return np.zeros(len(steps))
    lengths = np.diff(starts)
    last = max(int(lengths[0]) if len(lengths) else 0, samples.steps - int(starts[-1]), 1)
    edges = np.append(starts, starts[-1] + last).astype(float)
    at: FloatArray = np.interp(steps, edges, np.arange(len(edges), dtype=float))
    return at


def _bin_starts(samples: Samples, bins: int, first: int, stop: int) -> IntArray:
    """Indices of the first step of each bin: even in time, strictly increasing from ``first``."""
    if stop <= first:
        return np.empty(0, np.int64)
    end_s = samples.asked_s[stop] if stop < samples.steps else samples.done_s[-1]
    edges = np.linspace(samples.asked_s[first], end_s, bins + 1)[:-1]
    array: IntArray = np.unique(np.searchsorted(samples.asked_s, edges, side="left"))
    return array[(array >= first) & (array < stop)]
