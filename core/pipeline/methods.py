"""The one table of tf.data's methods: what each takes, runs as, and does to the data.

Signatures are those of TensorFlow 2.21. Names of nodes were seen to be the same in 2.17.1 and 2.21;
versions before 2.17 have no performance model to read them from. `tests/e2e/test_methods.py` runs
them all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from core.pipeline.method import Cost, Counts, Draws, Form, Method, Shape, Slot

_BATCH = ("batch_size", "drop_remainder")
_FILES = ("compression_type", "buffer_size", "num_parallel_reads", "name")
_READS = "FlatMap>LegacyParallelInterleaveV2"
_ONE = Method("", form=Form.METHOD, counts=Counts.SAME, shape=Shape.SAME, cost=Cost.NONE)
"""Passes each element on."""
_SOME = Method("", form=Form.METHOD, shape=Shape.SAME, cost=Cost.NONE)
"""Passes elements on, in another number."""
_FUNCTION = Method("", form=Form.METHOD, worth_keeping=True)
_GROUPS = Method("", form=Form.METHOD, counts=Counts.BATCHED, shape=Shape.BATCHED)
_MERGES = Method("", form=Form.STATIC, shape=Shape.PAIRED, cost=Cost.COPIES)
_MEMORY = Method("", form=Form.STATIC, cost=Cost.COPIES)
_READER = Method("", form=Form.READER, nodes=(_READS,), shape=Shape.SINGLE)

_ALL = (
    replace(_MEMORY, name="from_tensor_slices", nodes=("TensorSlice",), shape=Shape.SINGLE,
           arguments=("tensors", "name")),
    replace(_MEMORY, name="from_tensors", nodes=("FromTensor",), arguments=("tensors", "name")),
    replace(_MEMORY, name="range", nodes=("Range",), shape=Shape.SINGLE),
    replace(_MEMORY, name="counter", nodes=("Scan", "ForeverRepeat", "FromTensor"),
           counts=Counts.ENDLESS, shape=Shape.SINGLE,
           arguments=("start", "step", "dtype", "name")),
    replace(_MEMORY, name="random", nodes=("Random",), counts=Counts.ENDLESS, shape=Shape.SINGLE,
           draws=Draws.ELEMENTS, arguments=("seed", "rerandomize_each_iteration", "name")),
    replace(_MEMORY, name="list_files", nodes=("Shuffle?", "TensorSlice?"), shape=Shape.SINGLE,
           draws=Draws.ORDER, arguments=("file_pattern", "shuffle", "seed", "name")),
    Method("load", form=Form.STATIC, nodes=("Load",),
           arguments=("path", "element_spec", "compression", "reader_func", "wait")),
    Method("from_generator", form=Form.STATIC, nodes=("FlatMap", "FromTensor?"),
           reads=("Generator",), worth_keeping=True,
           arguments=("generator", "output_types", "output_shapes", "args", "output_signature",
                      "name")),
    replace(_READER, name="TFRecordDataset", kind="tfrecord", reads=("TFRecord", "TFRecordV2"),
           arguments=("filenames", *_FILES)),
    replace(_READER, name="TextLineDataset", kind="text_lines", reads=("TextLine",),
           arguments=("filenames", *_FILES)),
    replace(_READER, name="CsvDataset", reads=("CSVV2", "CSV"),
           arguments=("filenames", "record_defaults", "compression_type", "buffer_size", "header",
                      "field_delim", "use_quote_delim", "na_value", "select_cols",
                      "exclude_cols")),
    replace(_READER, name="FixedLengthRecordDataset", kind="fixed_length_records",
           reads=("FixedLengthRecordV2", "FixedLengthRecord"),
           arguments=("filenames", "record_bytes", "header_bytes", "footer_bytes", "buffer_size",
                      "compression_type", "num_parallel_reads", "name")),
    replace(_MERGES, name="zip", nodes=("Zip",), counts=Counts.SHORTEST, worth_keeping=True),
    Method("concatenate", form=Form.METHOD, nodes=("Concatenate",), counts=Counts.SUM,
           cost=Cost.COPIES, worth_keeping=True, arguments=("dataset", "name")),
    replace(_MERGES, name="choose_from_datasets", nodes=("DirectedInterleave",),
           counts=Counts.CHOSEN, last_first=True, worth_keeping=True,
           arguments=("datasets", "choice_dataset", "stop_on_empty_dataset")),
    replace(_MERGES, name="sample_from_datasets", nodes=("DirectedInterleave",),
           counts=Counts.SAMPLED, draws=Draws.ELEMENTS, own_first=True,
           arguments=("datasets", "weights", "seed", "stop_on_empty_dataset",
                      "rerandomize_each_iteration")),
    replace(_FUNCTION, name="map", nodes=("Map>ParallelMapV2",), counts=Counts.SAME,
           arguments=("map_func", "num_parallel_calls", "deterministic", "synchronous",
                      "use_unbounded_threadpool", "name")),
    replace(_FUNCTION, name="interleave", nodes=("Interleave>ParallelInterleaveV4",),
           makes_datasets=True, arguments=("map_func", "cycle_length", "block_length",
                                           "num_parallel_calls", "deterministic", "name")),
    replace(_FUNCTION, name="flat_map", nodes=("FlatMap",), makes_datasets=True,
           arguments=("map_func", "name")),
    replace(_FUNCTION, name="filter", nodes=("Filter",), arguments=("predicate", "name")),
    replace(_FUNCTION, name="scan", nodes=("Scan",), counts=Counts.SAME,
           arguments=("initial_state", "scan_func", "name")),
    replace(_FUNCTION, name="take_while", nodes=("TakeWhile",), counts=Counts.MAY_END,
           arguments=("predicate", "name")),
    replace(_FUNCTION, name="unique", nodes=("Unique",), counts=Counts.DISTINCT,
           arguments=("name",)),
    replace(_FUNCTION, name="ignore_errors", nodes=("IgnoreErrors",),
           arguments=("log_warning", "name")),
    Method("rejection_resample", form=Form.METHOD, draws=Draws.ELEMENTS,
           arguments=("class_func", "target_dist", "initial_dist", "seed", "name")),
    replace(_GROUPS, name="batch", nodes=("BatchV2>ParallelBatch",), cost=Cost.COPIES,
           arguments=(*_BATCH, "num_parallel_calls", "deterministic", "name")),
    replace(_GROUPS, name="padded_batch", nodes=("PaddedBatchV2",), worth_keeping=True,
           arguments=("batch_size", "padded_shapes", "padding_values", "drop_remainder", "name")),
    replace(_GROUPS, name="ragged_batch", nodes=("BatchV2>ParallelBatch", "Map>ParallelMapV2?"),
           worth_keeping=True, arguments=(*_BATCH, "row_splits_dtype", "name")),
    replace(_GROUPS, name="sparse_batch", nodes=("DenseToSparseBatch",), worth_keeping=True,
           arguments=("batch_size", "row_shape", "name")),
    replace(_FUNCTION, name="bucket_by_sequence_length", nodes=("GroupByWindow",),
           shape=Shape.BATCHED,
           arguments=("element_length_func", "bucket_boundaries", "bucket_batch_sizes",
                      "padded_shapes", "padding_values", "pad_to_bucket_boundary", "no_padding",
                      "drop_remainder", "name")),
    replace(_FUNCTION, name="group_by_window", nodes=("GroupByWindow",), shape=Shape.WINDOWED,
           makes_datasets=True, arguments=("key_func", "reduce_func", "window_size",
                                           "window_size_func", "name")),
    Method("window", form=Form.METHOD, nodes=("Window",), shape=Shape.WINDOWED, cost=Cost.COPIES,
           worth_keeping=True, arguments=("size", "shift", "stride", "drop_remainder", "name")),
    Method("rebatch", form=Form.METHOD, nodes=("RebatchV2", "Map>ParallelMapV2?"),
           shape=Shape.REBATCHED, cost=Cost.COPIES, worth_keeping=True,
           arguments=(*_BATCH, "name")),
    Method("unbatch", form=Form.METHOD, nodes=("Unbatch", "Map>ParallelMapV2?"),
           shape=Shape.UNBATCHED, cost=Cost.COPIES, worth_keeping=True, arguments=("name",)),
    Method("enumerate", form=Form.METHOD, nodes=("Zip",), counts=Counts.SAME, cost=Cost.NONE,
           own_first=True, arguments=("start", "name")),
    replace(_ONE, name="shuffle", cost=Cost.COPIES, nodes=("Shuffle",), draws=Draws.ORDER,
           fills="buffer_size", arguments=("buffer_size", "seed", "reshuffle_each_iteration",
                                           "name")),
    replace(_ONE, name="prefetch", cost=Cost.COPIES, nodes=("Prefetch",),
           arguments=("buffer_size", "name")),
    replace(_ONE, name="with_options", arguments=("options", "name")),
    replace(_ONE, name="cache", cost=Cost.COPIES,
           nodes=("MemoryCache|FileCache", "MemoryCacheImpl|FileCacheImpl"), keeps=True,
           arguments=("filename", "name")),
    replace(_ONE, name="snapshot", cost=Cost.COPIES,
           nodes=("Map>ParallelMapV2", "Snapshot", "SnapshotWriter|SnapshotReader?", "Zip?"),
           own_first=True, keeps=True,
           arguments=("path", "compression", "reader_func", "shard_func", "name")),
    replace(_SOME, name="repeat", nodes=("ForeverRepeat|FiniteRepeat|EmptyRepeat",),
           counts=Counts.REPEATED, arguments=("count", "name")),
    replace(_SOME, name="take", nodes=("FiniteTake|EmptyTake",), counts=Counts.TAKEN,
           worth_keeping=True, arguments=("count", "name")),
    replace(_SOME, name="skip", nodes=("FiniteSkip|EmptySkip",), counts=Counts.SKIPPED,
           arguments=("count", "name")),
    replace(_SOME, name="shard", nodes=("Shard",), counts=Counts.SHARDED,
           arguments=("num_shards", "index", "name")),
    replace(_ONE, name="experimental_distribute_dataset", form=Form.STRATEGY,
           kind="distribute", arguments=("dataset", "options")),
    replace(_ONE, name="distribute_datasets_from_function", form=Form.STRATEGY,
           kind="distribute", arguments=("dataset_fn", "options")),
    replace(_SOME, name="distribute", form=Form.APPLIED, kind="service", cost=Cost.COPIES,
           nodes=("AssertCardinality?", "ParallelMapV2?", "DataService"),
           arguments=("processing_mode", "service", "job_name", "consumer_index", "num_consumers",
                      "max_outstanding_requests", "data_transfer_protocol", "compression",
                      "cross_trainer_cache", "target_workers")),
    Method("apply", counts=Counts.INSIDE),
)  # fmt: skip

METHODS: Mapping[str, Method] = MappingProxyType(
    {method.name: replace(method, kind=method.kind or method.name) for method in _ALL}
)
"""By name."""
_BY_KIND = {method.kind: method for method in METHODS.values()}

FUSED: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "MapAndBatch": (("BatchV2", "ParallelBatch"), ("Map", "ParallelMapV2")),
        "ShuffleAndRepeat": (("ForeverRepeat", "FiniteRepeat", "EmptyRepeat"), ("Shuffle",)),
    }
)
"""Nodes that do the work of several, each of these with its names, from ``fit`` to the source."""
JOINED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"map_fusion": ("Map", "ParallelMapV2"), "filter_fusion": ("Filter",)}
)
"""Rewrites that are off by default, and the nodes that each puts together with their like."""
ELSEWHERE = "DataService"
"""A node whose data other processes make: it shows nothing of theirs."""


@cache
def method_of(name: str) -> Method:
    """A method by its name; one of which nothing is known where the table has none."""
    return METHODS.get(name) or Method(name, kind=name)


@cache
def of_kind(kind: str) -> Method:
    """The method that a kind of stage calls; one of which nothing is known where there is none."""
    return _BY_KIND.get(kind) or Method(kind, kind=kind)


def slots_named(names: Sequence[str]) -> tuple[Slot, ...]:
    """Nodes with these names; what is written as sequential may have become parallel."""
    return tuple(_slots_by_name().get(name) or Slot((name,)) for name in names)


def written_as(name: str) -> tuple[str, ...]:
    """Names under which the first stage of a node may have been written, its own among them."""
    plain = [slot.names[0] for slot in _slots_by_name().values() if name in slot.parallel]
    return (name, *plain, *FUSED.get(name, ((),))[-1])


@cache
def _slots_by_name() -> Mapping[str, Slot]:
    return {
        slot.names[0]: replace(slot, names=(slot.names[0], *slot.parallel), may_lack=False)
        for method in METHODS.values()
        for slot in method.slots
        if slot.parallel
    }
