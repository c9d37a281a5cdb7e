"""Sound recordings, which mutations begin with."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from core.model.call_json import calls_to_json
from core.model.events import DataSeen, PipelineSampled, RunEnded, StopAdvanced, StopStage
from core.model.executed import NodeReading, PipelineReading
from core.model.fingerprint import Fingerprint
from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.model.run import Failure, RunState
from core.records.event_codec import encode
from core.records.frames import frame
from core.store.experiments import to_fields
from core.store.rows import to_row
from core.store.run_log import LOG_FORMAT, begin_record, label_record
from core.store.whole_run import whole_records
from tests.builders import even_samples, events_of, resource_events, run_of
from tests.experiment_builders import comparison
from tests.fuzz.mutations import ABSURD, as_json, changed_bytes, changed_json

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
    begin_record(_RUN),
    *map(encode, _EVENTS),
    label_record({"name": "renamed", "colour": 3}),
    encode(StopAdvanced(StopStage.KILLING)),
)
WHOLE = tuple(whole_records(_RUN, LOG_FORMAT))
FRAMES = tuple(frame(payload, at) for at, payload in enumerate(PAYLOADS))
LOG = b"".join(FRAMES)
ROW = to_row(_RUN)
EXPERIMENT: Any = json.loads(as_json(to_fields(comparison(name="a name", repeats=3))))

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
CALLS: Any = json.loads(json.dumps(calls_to_json(_CALLS)))
_OPENED = {
    "calls": CALLS,
    "element_spec": "TensorSpec(shape=(None, 3), dtype=tf.float32)",
    "has_model": True,
    "validation": False,
    "stamp": "a" * 64,
    "endless": False,
    "others": [["/home/someone/helper.py", "b" * 64]],
}
OWN: Any = {"kind": "function", "file": "/home/someone/train.py", "function": "make", **_OPENED}
SCRIPT: Any = {
    "kind": "script",
    "file": "/home/someone/train.py",
    "arguments": ["--epochs", "3"],
    "trained": {
        "epochs": 3, "steps_per_epoch": None, "callbacks": ["EarlyStopping"],
        "passed_on": ["class_weight"], "left_out": ["validation_data"],
    },
    **_OPENED,
}  # fmt: skip

typed_values: st.SearchStrategy[Any] = (
    st.sampled_from(tuple(one for one in ABSURD if not isinstance(one, (list, dict))))
    | st.text(max_size=30)
    | st.from_regex(r"\A(off|autotune|default|emulated:|gpu:|cpu|on|[-+]?[0-9]{1,25}|~?/).{0,6}\Z")
    | st.integers()
    | st.floats()
)


@st.composite
def changed_rows(draw: st.DrawFn) -> dict[str, Any]:
    """A row some of whose columns are others, as a damaged or foreign file would have them."""
    row = dict(ROW)
    for name in draw(st.sets(st.sampled_from(sorted(row)), min_size=1, max_size=3).map(sorted)):
        found = row.get(name)
        match draw(st.integers(0, 3)):
            case 0:
                row[name] = draw(
                    st.sampled_from((None, 0, -1, 10**18, 0.5, 1e308, "", "x", b"", b"\0" * 7))
                )
            case 1 if isinstance(found, bytes):
                row[name] = draw(changed_bytes(found))
            case 2 if isinstance(found, str) and found[:1] in "{[":
                row[name] = as_json(draw(changed_json(json.loads(found)))).decode()
            case 3:
                row.pop(name, None)
            case _:
                row[name] = "[" * draw(st.integers(1, 100_000))
    return row
