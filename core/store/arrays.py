"""Samples as bytes: plain little-endian numbers that any language can read."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.model.samples import FloatArray, IntArray, Samples
from core.records.event_codec import check_steps

FLOATS = ("asked_s", "ready_s", "done_s", "losses")
"""Arrays that are kept as float64."""

WHOLES = ("examples", "epoch_starts", "loss_steps")
"""Arrays that are kept as int64."""


def to_blobs(samples: Samples) -> dict[str, bytes]:
    """The bytes of each array, by its name in ``Samples``."""
    floats = {name: _one_nan(getattr(samples, name)).tobytes() for name in FLOATS}
    wholes = {name: getattr(samples, name).astype("<i8", copy=False).tobytes() for name in WHOLES}
    return floats | wholes


def _one_nan(array: FloatArray) -> FloatArray:
    """With one NaN for all: processors give them signs, which a log, in words, does not have."""
    plain = array.astype("<f8", copy=False)
    unlike = np.isnan(plain)
    return np.where(unlike, np.nan, plain).astype("<f8", copy=False) if unlike.any() else plain


def from_blobs(blobs: Mapping[str, bytes]) -> Samples:
    """The samples again; their arrays are read-only.

    Raises:
        ValueError: The bytes cannot be samples of one run; says why.
    """
    asked, ready, done, losses = (_floats(name, blobs[name]) for name in FLOATS)
    examples, epoch_starts, loss_steps = (_wholes(name, blobs[name]) for name in WHOLES)
    return fitting(Samples(asked, ready, done, examples, epoch_starts, loss_steps, losses))


def fitting(samples: Samples) -> Samples:
    """The same samples.

    Raises:
        ValueError: Their arrays do not fit together; says why.
    """
    steps = samples.steps
    if not len(samples.asked_s) == len(samples.ready_s) == len(samples.examples) == steps:
        raise ValueError("its arrays of steps differ in length")
    if len(samples.loss_steps) != len(samples.losses):
        raise ValueError("its arrays of losses differ in length")
    for name in ("epoch_starts", "loss_steps"):
        indices = getattr(samples, name)
        if len(indices) and not 0 <= indices.min() <= indices.max() <= steps:
            raise ValueError(f"{name} points to steps that it does not have")
        if (np.diff(indices) < 0).any():
            raise ValueError(f"{name} is not in order")
    for times_s in (samples.asked_s, samples.ready_s, samples.done_s):
        check_steps(times_s, samples.examples)
    return samples


def _floats(name: str, blob: bytes) -> FloatArray:
    return np.frombuffer(_whole_items(name, blob), "<f8").astype(np.float64, copy=False)


def _wholes(name: str, blob: bytes) -> IntArray:
    return np.frombuffer(_whole_items(name, blob), "<i8").astype(np.int64, copy=False)


def _whole_items(name: str, blob: bytes) -> bytes:
    if not isinstance(blob, bytes) or len(blob) % 8:
        raise ValueError(f"{name} is not a whole number of 8-byte values")
    return blob
