"""Sound recordings, which mutations begin with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from core.model.events import DataSeen, PipelineSampled, RunEnded, StopAdvanced, StopStage
from core.model.measured.executed import NodeReading, PipelineReading
from core.model.measured.fingerprint import Fingerprint
from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.model.run import Failure, RunState
from core.model.user_code import CodeKind, Opened, Trained, UserCode
from core.records.encode import encode
from core.records.entries import LOG_FORMAT, Relabelled, RunBegun
from core.records.frames import frame
from core.store.experiments import to_payload
from core.store.log_folder import Stamp
from core.store.summary import summarised
from tests.builders import even_samples, events_of, resource_events, run_of
from tests.experiment_builders import comparison
from tests.fuzz.mutations import ABSURD

_NODE = NodeReading("a/b", "ParallelMapV2", 1, False, 1, 10, 0.5, 2, 100, 4.0, 8.0, True)
_READING = PipelineReading(0.5, (_NODE, replace(_NODE, key="a")), 3, 0.01, 1e9)
_FAILURE = Failure("The disk is full", "space", "Free some.", "Traceback")
_RUN = replace(
    run_of(even_samples(30, 2), run_id="0" * 32, failure=_FAILURE),
    pipeline=(_READING, _READING),
    fingerprint=Fingerprint(((1, "0" * 16), (32, "f" * 16)), True),
)
_EVENTS = (
    *events_of(even_samples(30, 2), emulations=("emulated accelerator 20 ms",))[:-1],
    *resource_events(gpus=("a GPU",), period_s=1.0),
    PipelineSampled(_READING),
    DataSeen(Fingerprint(((1, "0" * 16),), False)),
    RunEnded(RunState.FAILED, _FAILURE, 3.25, 0.125),
)

PAYLOADS: tuple[bytes, ...] = (
    encode(RunBegun(LOG_FORMAT, _RUN.number, _RUN.created, _RUN.plan, _RUN.label)),
    *map(encode, _EVENTS),
    encode(Relabelled(name="renamed", colour=3, pinned=True, baseline=False, tags=("slow",))),
    encode(StopAdvanced(StopStage.KILLING)),
)
FRAMES = tuple(frame(payload, at) for at, payload in enumerate(PAYLOADS))
LOG = b"".join(FRAMES)
SUMMARY = encode(summarised(_RUN, Stamp(len(LOG), 1)))
EXPERIMENT = to_payload(comparison(name="a name", repeats=3))

_SITE = Site("/home/someone/train.py", 12, 4, 13, 20, "make_dataset")
_CALLS = (
    RecordedCall(
        "source", "from_tensor_slices", (_SITE,), {"name": None}, ("name",), elements=100
    ),
    RecordedCall(
        "map[parse]", "map", (_SITE, replace(_SITE, line=14)),
        {"num_parallel_calls": 4, "deterministic": None}, ("num_parallel_calls",), ("source",),
        function=FunctionSeen("parse", "/home/someone/train.py", 3, True, True, 7, ("Cast",), True),
        elements=100,
    ),
    RecordedCall("batch", "batch", (_SITE,), {"batch_size": 32, "drop_remainder": False},
                 ("batch_size",), ("map[parse]",), elements=4),
    RecordedCall("prefetch", "prefetch", (_SITE,), {"buffer_size": "autotune"}, ("buffer_size",),
                 ("batch",), elements=4),
)  # fmt: skip
SEEN = Opened(
    _CALLS,
    "TensorSpec(shape=(None, 3), dtype=tf.float32)",
    has_model=True,
    validation=False,
    stamp="a" * 64,
    others=(("/home/someone/helper.py", "b" * 64),),
)
OWN = UserCode(CodeKind.FUNCTION, "/home/someone/train.py", SEEN, function="make")
SCRIPT = UserCode(
    CodeKind.SCRIPT, "/home/someone/train.py", SEEN,
    arguments=("--epochs", "3"),
    trained=Trained(3, None, ("EarlyStopping",), ("class_weight",), ("validation_data",)),
)  # fmt: skip

typed_values: st.SearchStrategy[Any] = (
    st.sampled_from(tuple(one for one in ABSURD if not isinstance(one, (list, dict))))
    | st.text(max_size=30)
    | st.from_regex(r"\A(off|autotune|default|emulated:|gpu:|cpu|on|[-+]?[0-9]{1,25}|~?/).{0,6}\Z")
    | st.integers()
    | st.floats()
)
