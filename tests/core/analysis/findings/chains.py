"""Small chains of recorded calls, written as one writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.analysis.findings import Finding, findings
from core.model.kinds import Value
from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.model.settings import Settings
from core.pipeline.methods import method_of
from core.pipeline.recorded_chain.chain import user_code_chain

AS_WRITTEN = {"options.rewrites": "as_written"}
CHEAP = FunctionSeen("scale", operations=2, kinds=("Cast", "RealDiv"))
DEAR = FunctionSeen("decode", operations=3, kinds=("DecodeJpeg", "ReadFile", "ResizeBilinear"))
PYTHON = FunctionSeen("load", python=True, operations=1, kinds=("PyFunc",))
RANDOM = FunctionSeen("augment", random=True, operations=4, kinds=("Mul", "RandomUniform"))

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "map": {"num_parallel_calls": None, "deterministic": None},
    "interleave": {
        "cycle_length": None,
        "block_length": None,
        "num_parallel_calls": None,
        "deterministic": None,
    },
    "batch": {
        "batch_size": 32,
        "drop_remainder": False,
        "num_parallel_calls": None,
        "deterministic": None,
    },
    "cache": {"filename": ""},
    "shuffle": {"buffer_size": 1000, "seed": None, "reshuffle_each_iteration": True},
    "prefetch": {"buffer_size": "autotune"},
    "repeat": {"count": None},
    "take": {"count": 10},
    "skip": {"count": 10},
    "list_files": {"shuffle": None},
    "TFRecordDataset": {"filenames": "a.tfrecord", "num_parallel_reads": None},
}


def call(
    method: str, key: str = "", *, line: int = 1, library: bool = False, **given: Any
) -> RecordedCall:
    """A call of tf.data; what ``of_call`` names is as in the record."""
    of_call = {
        name: given.pop(name)
        for name in ("function", "elements", "inputs", "inside", "made_by")
        if name in given
    }
    site = Site("/home/me/train.py", line, 4, line, 40, "make_dataset")
    path = (site, Site("/lib/keras/utils.py", 200, library=True)) if library else (site,)
    arguments = {**_DEFAULTS.get(method, {}), **given}
    return RecordedCall(
        key or method_of(method).kind, method, path, arguments, tuple(given), **of_call
    )


def chain(*calls: RecordedCall) -> tuple[RecordedCall, ...]:
    """Calls one behind the other, a line each, from line 1; nested ones keep their inputs."""
    made: list[RecordedCall] = []
    before = ""
    for line, one in enumerate(calls, 1):
        site = replace(one.path[0], line=line, end_line=line)
        inputs = one.inputs or ((before,) if before and not one.inside else ())
        made.append(replace(one, path=(site, *one.path[1:]), inputs=inputs))
        before = before if one.inside else one.key
    return tuple(made)


def settings_of(*calls: RecordedCall, **changes: Value) -> Settings:
    """The settings of a chain as it is written; ``__`` for the dot in names of knobs."""
    knobs = {name.replace("__", "."): value for name, value in changes.items()}
    return user_code_chain(chain(*calls)).defaults().with_values(knobs)


def found(*calls: RecordedCall, cores: int | None = 2, **changes: Value) -> dict[str, Finding]:
    """What is found of a chain, by key."""
    every = findings(settings_of(*calls, **changes), cores=cores)
    keys = [one.key for one in every]
    assert len(set(keys)) == len(keys), keys
    return {one.key: one for one in every}


SOURCE = call("from_tensor_slices", elements=60_000)
BATCH = call("batch")
PREFETCH = call("prefetch")
