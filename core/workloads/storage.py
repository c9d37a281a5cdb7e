"""Emulated storage: files that take a while to open, and readers that share a disk or a line.

A wait takes neither the CPU nor the GIL. Readers that overlap share what there is of the storage: a
lock of TensorFlow's own is held while a piece of a file is under way, so that a disk has a single
head and a line carries no more than its bandwidth, whatever the number of threads.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.model.kinds import OneOf, Real
from core.model.knob import Knob
from core.model.settings import Settings
from core.pipeline.stages.function import Function

if TYPE_CHECKING:
    import tensorflow as tf
else:
    from core.lazy import tf

LOCAL, REMOTE, DISK = "local", "remote", "disk"
_STORAGE, _LATENCY, _BANDWIDTH = (
    f"source.{name}" for name in ("storage", "open_latency_ms", "bandwidth_mb_s")
)
_OPEN_MS = {LOCAL: 0.0, REMOTE: 50.0, DISK: 50.0}
_SEEK_MS = 10.0

STORAGE_KNOBS = (
    Knob(
        name="storage",
        label="storage",
        help=(
            "Emulates where the files lie. Remote: each takes 50 ms longer to open, however many "
            "are opened at the same time. Disk: besides, a single head reads 64 kB at a time, and "
            "takes 10 ms to come to a file that is not among the last 8 that it read."
        ),
        cannot_help=(
            "Only makes reading slower: to show when parallel readers pay, and when there are too "
            "many of them. A parallel interleave opens up to 3 files for each of its cycle length."
        ),
        kind=OneOf((LOCAL, REMOTE, DISK)),
        default=LOCAL,
    ),
    Knob(
        name="open_latency_ms",
        label="time to open a file",
        help=(
            "Emulates a storage where each file takes that much longer to open, without using "
            "the CPU. 0: what the storage takes by itself, which is nothing where it is local."
        ),
        cannot_help="Only makes reading slower: to show when a parallel interleave pays.",
        kind=Real(0, 10_000, tries=(0, 5, 20, 100)),
        default=0.0,
        unit="ms",
    ),
    Knob(
        name="bandwidth_mb_s",
        label="bandwidth",
        help=(
            "Emulates a line that carries no more than so many megabytes a second, for all readers "
            "together. 0: no limit."
        ),
        cannot_help="Only makes reading slower. No number of readers gets more out of the line.",
        kind=Real(0, 100_000, tries=(0, 20, 100, 500)),
        default=0.0,
        unit="MB/s",
        advanced=True,
    ),
)


def storage_words(settings: Settings) -> str:
    """What of the storage is emulated under these settings, in words; else empty."""
    latency_ms, seek_ms, mb_s = _figures(settings)
    if not (latency_ms or seek_ms or mb_s):
        return ""
    name = {LOCAL: "storage", REMOTE: "remote storage", DISK: "disk"}[str(settings[_STORAGE])]
    parts = [f"{latency_ms:g} ms"] if latency_ms else []
    parts += [f"{seek_ms:g} ms a seek"] if seek_ms else []
    parts += [f"{mb_s:g} MB/s"] if mb_s else []
    return f"emulated {name} {' + '.join(parts)}"


def from_storage(read: Function, settings: Settings, elements: int = 0) -> Function:
    """A reader of one file that reads from the emulated storage; the same one where it is local.

    Args:
        read: Reads a file: from its path, and what else comes with it, to a ``tf.data.Dataset``.
        settings: A value for every knob.
        elements: So many of them are in 64 kB of a file that is read as they are asked for; 0: it
            is read as a whole.
    """
    latency_ms, seek_ms, mb_s = _figures(settings)
    keywords: dict[str, Any] = {"read": read, "latency_ms": latency_ms}
    if seek_ms or mb_s:
        keywords |= {"seek_ms": seek_ms, "mb_s": mb_s, "elements": elements}
        helpers = (wait, take_turn, fetch, open_slowly)
        return Function(read_in_turn, keywords, helpers, read.python)
    if latency_ms:
        return Function(read_slowly, keywords, (open_slowly,), read.python)
    return read


def _figures(settings: Settings) -> tuple[float, float, float]:
    """Time to open a file and to move the head, in ms, and bandwidth in MB/s; 0 for none."""
    storage = str(settings[_STORAGE])
    latency_ms = float(settings[_LATENCY]) or _OPEN_MS[storage]
    return latency_ms, _SEEK_MS if storage == DISK else 0.0, float(settings[_BANDWIDTH])


def read_slowly(
    path: tf.Tensor,
    *others: tf.Tensor,
    read: Callable[..., tf.data.Dataset],
    latency_ms: float,
) -> tf.data.Dataset:
    """What a file holds, from a storage that takes a while to open it."""
    return open_slowly(path, latency_ms).flat_map(lambda path: read(path, *others))


def read_in_turn(
    path: tf.Tensor,
    *others: tf.Tensor,
    read: Callable[..., tf.data.Dataset],
    latency_ms: float,
    seek_ms: float,
    mb_s: float,
    elements: int,
) -> tf.data.Dataset:
    """What a file holds, from a storage that readers share: as a whole, or piece by piece."""
    opened = open_slowly(path, latency_ms) if latency_ms else tf.data.Dataset.from_tensors(path)
    if not elements:
        there = opened.map(functools.partial(fetch, seek_ms=seek_ms, mb_s=mb_s))
        return there.flat_map(lambda path: read(path, *others))
    turns = opened.flat_map(lambda path: tf.data.Dataset.from_tensors(path).repeat())
    turns = turns.map(lambda path: take_turn(path, 65_536, seek_ms, mb_s))
    pieces = turns.flat_map(lambda turn: tf.data.Dataset.from_tensors(turn).repeat(elements))
    return tf.data.Dataset.zip(pieces, read(path, *others)).map(lambda turn, element: element)


def open_slowly(path: tf.Tensor, latency_ms: float) -> tf.data.Dataset:
    """The path, after a wait that takes neither CPU nor GIL, as opening a remote file does.

    take(1) ends it without asking, and so waiting, once more.
    """
    dataset = tf.data.Dataset.from_tensors(path)
    waiting = tf.raw_ops.SleepDataset(
        input_dataset=tf.data.experimental.to_variant(dataset),
        sleep_microseconds=tf.constant(int(1000 * latency_ms), tf.int64),
        output_types=[tf.string],
        output_shapes=[[]],
    )
    return tf.data.experimental.from_variant(waiting, dataset.element_spec).take(1)


def fetch(path: tf.Tensor, seek_ms: float, mb_s: float, piece: int = 65_536) -> tf.Tensor:
    """The path, once the bytes of its file came from the storage piece by piece."""
    size = tf.strings.length(tf.io.read_file(path))

    def next_piece(at: tf.Tensor) -> tuple[tf.Tensor]:
        done = take_turn(path, tf.minimum(piece, size - at), seek_ms, mb_s)
        with tf.control_dependencies([done]):
            return (at + piece,)

    # One at a time: the next piece is asked for once the one before is there.
    (read,) = tf.while_loop(lambda at: at < size, next_piece, (0,), parallel_iterations=1)
    with tf.control_dependencies([read]):
        return tf.identity(path)


def take_turn(path: tf.Tensor, size: tf.Tensor, seek_ms: float, mb_s: float) -> tf.Tensor:
    """Wait until the storage is free, then for as long as it takes to read a piece of a file.

    The lock is let go of with its tensor, also where the wait is broken off. Lock and list have
    names, so all readers of a process get the same ones.
    """
    name = "emulated storage"
    lock = tf.raw_ops.MutexLock(mutex=tf.raw_ops.MutexV2(shared_name=name))
    with tf.control_dependencies([lock]):
        files = tf.raw_ops.VarHandleOp(dtype=tf.string, shape=[None], shared_name=f"{name}: files")
        recent = tf.cond(
            tf.raw_ops.VarIsInitializedOp(resource=files),
            lambda: tf.raw_ops.ReadVariableOp(resource=files, dtype=tf.string),
            lambda: tf.constant([], tf.string),
        )
        others = tf.boolean_mask(recent, recent != path)
        latest = tf.concat([[path], others], 0)[:8]
        noted = tf.raw_ops.AssignVariableOp(resource=files, value=latest)
        moves = tf.cast(tf.size(others) == tf.size(recent), tf.float32)
        transfer_ms = tf.cast(size, tf.float32) / (1000.0 * mb_s) if mb_s else 0.0
        waited = wait(moves * seek_ms + transfer_ms)
    with tf.control_dependencies([waited, noted]):
        let_go = tf.raw_ops.ConsumeMutexLock(mutex_lock=lock)
    with tf.control_dependencies([let_go]):
        return tf.identity(waited)


def wait(ms: tf.Tensor) -> tf.Tensor:
    """Wait in the graph, without the CPU and the GIL."""
    kinds = {"output_types": [tf.int32], "output_shapes": [[]]}
    single = tf.raw_ops.TensorDataset(components=[tf.constant(0)], output_shapes=[[]])
    duration_us = tf.cast(1000.0 * ms, tf.int64)
    asleep = tf.raw_ops.SleepDataset(input_dataset=single, sleep_microseconds=duration_us, **kinds)
    # Without this it would wait a second time, to find that nothing follows.
    first = tf.raw_ops.TakeDataset(input_dataset=asleep, count=tf.constant(1, tf.int64), **kinds)
    return tf.raw_ops.DatasetToSingleElement(dataset=first, **kinds)[0]
