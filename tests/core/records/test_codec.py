from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from core.model.events import (
    AnswerFound,
    ClockJumped,
    DataSeen,
    EnvironmentSeen,
    EpochBegan,
    EpochEnded,
    Event,
    OutputPrinted,
    Phase,
    PhaseStarted,
    PipelineSampled,
    Progressed,
    ResourcesDescribed,
    ResourcesSampled,
    RunEnded,
    RunPrepared,
    StepsTaken,
    StepsTraced,
    StopAdvanced,
    StopStage,
)
from core.model.measured.executed import NodeReading, PipelineReading
from core.model.measured.fingerprint import Fingerprint
from core.model.measured.resources import ResourcesAbout
from core.model.run import Failure, Prepared, RunState
from core.model.tracing import Tracing
from core.records.decode import Decoder
from core.records.encode import encode, received
from tests.diagnosis_builders import an_answer

decode = Decoder(*get_args(Event)).decode
NODE = NodeReading("Root", "ParallelMapV2", 0, False, 1, 7, 0.5, 2, 64, 4.0, None, True)
EVENTS: tuple[Event, ...] = (
    PhaseStarted(Phase.TRACING, 1.5),
    OutputPrinted("a line\nand a half"),
    Progressed(0.25, "file 3 of 12, größe"),
    EnvironmentSeen({"python": "3.11", "cores": 2, "share": 0.5, "gpu": False}),
    RunPrepared(Prepared(3, None, 10, 1, ("emulated accelerator 20 ms",), "spec", 7, 4, ("map",))),
    EpochBegan(2),
    ClockJumped(7, -3600.5),
    StepsTraced(Tracing(40, 20, 0.5, 123456, "why")),
    PipelineSampled(PipelineReading(0.5, (NODE, NODE), 3, None, 1e6)),
    ResourcesDescribed(ResourcesAbout(2, 1e9, ("H100",), "note", "disk")),
    DataSeen(Fingerprint(((1, "00ff"), (2, "0fff")), True)),
    EpochEnded(0, None),
    StopAdvanced(StopStage.KILLING),
    RunEnded(RunState.FAILED, Failure("what", "expected", "remedy", "details", True), 1.5, None),
    RunEnded(RunState.DONE),
    AnswerFound(an_answer()),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    assert decode(encode(event)) == event


def test_every_kind_of_event_is_among_those_tried() -> None:
    tried = {type(event) for event in EVENTS} | {StepsTaken, ResourcesSampled}
    assert tried == set(get_args(Event))


@pytest.mark.parametrize("loss", [None, 1.5, math.nan, math.inf, -math.inf])
def test_steps_come_back_with_their_times_their_examples_and_any_loss(loss: float | None) -> None:
    times = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    found = decode(encode(StepsTaken(times, np.array([32, 7]), loss)))
    assert isinstance(found, StepsTaken)
    assert np.array_equal(found.times_s, times)
    assert found.times_s.dtype == np.float64
    assert found.examples.tolist() == [32, 7]
    assert found.examples.dtype == np.int64
    assert repr(found.loss) == repr(loss)


def test_readings_come_back_with_what_the_system_does_not_tell() -> None:
    rows = np.array([[0.1, 1.0, 2.0, 3.0, 4.0, np.nan, 1.0, 2.0, np.nan]])
    found = decode(encode(ResourcesSampled(rows)))
    assert np.array_equal(found.rows, rows, equal_nan=True)


def test_an_event_that_was_received_is_written_as_it_came() -> None:
    payload = encode(EVENTS[0]).replace(b",", b" , ")
    event = received(decode(payload), payload)
    assert event == EVENTS[0]
    assert encode(event) == payload
    assert encode(replace(event)) == encode(EVENTS[0])


_STEPS = encode(StepsTaken(np.zeros((2, 3)), np.zeros(2, np.int64), None))
_ROWS = encode(ResourcesSampled(np.zeros((2, 6))))


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[]\n",
        b'{"is":"nothing we know"}\n',
        b'{"is":["StepsTaken"]}\n',
        b'{"is":"PhaseStarted","phase":"NO_SUCH","at_s":1}\n',
        b'{"is":"PhaseStarted","phase":"tracing"}\n',
        b'{"is":"PhaseStarted","phase":"tracing","at_s":"1.5"}\n',
        b'{"is":"PhaseStarted","phase":"tracing","at_s":NaN}\n',
        b'{"is":"PhaseStarted","phase":"tracing","at_s":"nan"}\n',
        b'{"is":"PhaseStarted","phase":"tracing","at_s":1e19}\n',
        b'{"is":"ClockJumped","step":1,"by_s":"nan"}\n',
        b'{"is":"EpochBegan","epoch":9223372036854775808}\n',
        b'{"is":"EpochBegan","epoch":true}\n',
        b'{"is":"EpochEnded","epoch":1,"loss":"NaN"}\n',
        b'{"is":"Progressed","fraction":0.5,"text":"' + b"x" * 2**21 + b'"}\n',
        b'{"is":"Progressed","fraction":0.5,"text":"\\ud800"}\n',
        b'{"is":"RunEnded","state":"running"}\n',
        _STEPS.replace(b'["f",[2,3]]', b'["f",[1000000000,3]]'),
        _STEPS.replace(b'["f",[2,3]]', b'["f",[-1,3]]'),
        _STEPS.replace(b'["f",[2,3]]', b'["f",[3,2]]'),
        _STEPS.replace(b'["f",[2,3]]', b'["i",[2,3]]'),
        _STEPS.replace(b'["f",[2,3]]', b'["f",[2,3,1,1]]'),
        _STEPS.replace(b'["i",[2]]', b'["i",[1]]'),
        _STEPS[:-8] + np.array([-1]).tobytes(),
        _STEPS.replace(bytes(8), np.array([np.nan]).tobytes(), 1),
        _ROWS.replace(b"[2,6]", b"[3,4]"),
        encode(ResourcesSampled(np.zeros(()))),
        _ROWS.replace(bytes(8), np.array([np.nan]).tobytes(), 1),
        encode(EVENTS[4]) + b"more",
        b"[" * 100_000 + b"\n",
        b'{"is":"EpochBegan","epoch":1,"unheard of":' + b"[" * 100_000 + b"\n",
    ],
)
def test_what_is_no_event_is_said_to_be_none_and_nothing_is_allocated_for_it(
    payload: bytes,
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decode(payload)


def test_what_a_newer_version_adds_is_passed_over_and_what_an_older_lacks_has_its_default() -> None:
    line = json.dumps({"is": "RunEnded", "state": "done", "mood": [1]}).encode()
    assert decode(line + b"\n") == RunEnded(RunState.DONE)


_SENDS = """
import sys
sys.modules["msgspec"] = None
import core.engines.trainer, core.measure.fit
from core.model.events import RunEnded
from core.model.run import RunState
from core.records.encode import encode
assert encode(RunEnded(RunState.DONE)).startswith(b'{"is":"RunEnded"')
"""


def test_what_trains_sends_with_nothing_installed_that_reads() -> None:
    root = Path(__file__).resolve().parents[3]
    subprocess.run([sys.executable, "-c", _SENDS], cwd=root, check=True)
