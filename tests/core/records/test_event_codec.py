import math

import numpy as np
import pytest

from core.model.events import (
    ClockJumped,
    DataSeen,
    EnvironmentSeen,
    EpochBegan,
    EpochEnded,
    Event,
    Phase,
    PhaseStarted,
    PipelineSampled,
    Progressed,
    ResourcesDescribed,
    ResourcesSampled,
    RunEnded,
    RunPrepared,
    StepsTaken,
    StopAdvanced,
    StopStage,
)
from core.model.executed import NodeReading, PipelineReading
from core.model.fingerprint import Fingerprint
from core.model.resources import GpuReading, ResourceReading, ResourcesAbout
from core.model.run import Failure, Prepared, RunState
from core.records.event_codec import decode, encode
from core.records.payload import pack

NODE = NodeReading("Root", "ParallelMapV2", 0, False, 1, 7, 0.5, 2, 64, 4.0, None, True)
EVENTS: tuple[Event, ...] = (
    PhaseStarted(Phase.TRACING, 1.5),
    Progressed(0.25, "file 3 of 12, größe"),
    EnvironmentSeen({"python": "3.11", "cores": 2, "share": 0.5, "gpu": False}),
    RunPrepared(Prepared(3, None, 10, 1, ("emulated accelerator 20 ms",), "spec", 7, 4, ("map",))),
    EpochBegan(2),
    ClockJumped(7, -3600.5),
    PipelineSampled(PipelineReading(0.5, (NODE, NODE), 3, None, 1e6)),
    ResourcesDescribed(ResourcesAbout(2, 1e9, ("H100",), "note", "disk")),
    ResourcesSampled(
        (
            ResourceReading(0.1, 1.0, 2.0, 3.0, 4.0, 5.0, (GpuReading(1.0, 2.0, 3.0),)),
            ResourceReading(0.2, 1.0, 2.0, 3.0, 4.0, 5.0, (GpuReading(1.0, 2.0, 4.0),)),
        )
    ),
    DataSeen(Fingerprint(((1, "00ff"), (2, "0fff")), True)),
    EpochEnded(0, None),
    StopAdvanced(StopStage.KILLING),
    RunEnded(RunState.FAILED, Failure("what", "expected", "remedy", "details", True), 1.5, None),
    RunEnded(RunState.DONE),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    assert decode(encode(event)) == event


def test_every_kind_of_event_is_among_those_tried() -> None:
    tried = {type(event) for event in EVENTS} | {StepsTaken}
    assert tried == set(Event.__args__)


def test_steps_come_back_with_their_times_their_examples_and_a_loss_that_is_no_number() -> None:
    times = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    found = decode(encode(StepsTaken(times, np.array([32, 7]), math.nan)))
    assert isinstance(found, StepsTaken)
    assert np.array_equal(found.times_s, times)
    assert found.times_s.dtype == np.float64
    assert found.examples.tolist() == [32, 7]
    assert found.examples.dtype == np.int64
    assert found.loss is not None
    assert math.isnan(found.loss)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[]\n",
        b'{"is":"nothing we know"}\n',
        b'{"is":["steps"]}\n',
        b'{"is":"phase","phase":"NO_SUCH","at_s":1}\n',
        b'{"is":"steps","loss":null,"arrays":[["f",[1000000000,3]],["i",[1000000000]]]}\n',
        b'{"is":"steps","loss":null,"arrays":[["f",[-1,3]],["i",[1]]]}\n',
        pack({"is": "steps", "loss": None}, np.zeros((2, 2)), np.zeros(2, np.int64)),
        pack({"is": "steps", "loss": None}, np.zeros((2, 3)), np.zeros(3, np.int64)),
        pack({"is": "resources"}, np.zeros((2, 5))),
        pack({"is": "epoch began", "epoch": 1}) + b"more",
        b"[" * 100_000 + b"\n",
    ],
)
def test_what_is_no_event_is_said_to_be_none_and_nothing_is_allocated_for_it(
    payload: bytes,
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decode(payload)
