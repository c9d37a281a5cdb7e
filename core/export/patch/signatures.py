"""The arguments of the calls of tf.data that have knobs, in the order in which they may be given.

As of TensorFlow 2.21; a test holds them against its signatures.
"""

from __future__ import annotations

from collections.abc import Mapping

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "map": (
        "map_func", "num_parallel_calls", "deterministic", "synchronous",
        "use_unbounded_threadpool", "name",
    ),
    "interleave": (
        "map_func", "cycle_length", "block_length", "num_parallel_calls", "deterministic", "name",
    ),
    "batch": ("batch_size", "drop_remainder", "num_parallel_calls", "deterministic", "name"),
    "padded_batch": (
        "batch_size", "padded_shapes", "padding_values", "drop_remainder", "name",
    ),
    "shuffle": ("buffer_size", "seed", "reshuffle_each_iteration", "name"),
    "prefetch": ("buffer_size", "name"),
    "cache": ("filename", "name"),
    "TFRecordDataset": (
        "filenames", "compression_type", "buffer_size", "num_parallel_reads", "name",
    ),
    "TextLineDataset": (
        "filenames", "compression_type", "buffer_size", "num_parallel_reads", "name",
    ),
    "FixedLengthRecordDataset": (
        "filenames", "record_bytes", "header_bytes", "footer_bytes", "buffer_size",
        "compression_type", "num_parallel_reads", "name",
    ),
}  # fmt: skip
"""By method, without the dataset itself."""


def is_reader(method: str) -> bool:
    """Whether it makes a dataset of files, and takes none."""
    return method.endswith("Dataset")
