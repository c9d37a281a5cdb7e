"""Someone's code, and traces."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from core.export.documents.values import Number, Ratio, Settings
from core.model.kinds import Value
from core.model.recorded_call import Site


class FindingSite(TypedDict):
    file: str
    line: int
    function: str


class Measured(TypedDict):
    value: Number
    unit: str
    source: str


class ComparedEffect(TypedDict):
    comparison: str
    throughput_ratio: Ratio
    verdict: str
    emulated: list[str]


class FindingMeasured(TypedDict):
    run: str | None
    input_wait: Measured | None
    stages: str | None
    time_per_element: Measured | None
    effect: ComparedEffect | None
    doubt: str | None
    text: list[str]


class FindingTold(TypedDict):
    key: str
    severity: str
    title: str
    why: str
    remedy: str
    stage: str
    site: FindingSite | None
    change: Settings
    url: str
    about_time: bool
    measured: FindingMeasured | None


class FindingsDocument(TypedDict):
    schema: Literal["pipeline-explorer/findings/1"]
    findings: list[FindingTold]
    try_first: str | None


class OpenedFile(TypedDict):
    file: str
    sha256: str


class CallSeen(TypedDict):
    method: str
    site: Site
    arguments: dict[str, Value | None]
    count: int
    inside: str | None
    inputs: list[str]


class StageOfChain(TypedDict):
    key: str
    title: str
    values: Settings
    call: CallSeen | None


class ChainDocument(TypedDict):
    schema: Literal["pipeline-explorer/chain/1"]
    workload: str
    about: list[str]
    files: list[OpenedFile]
    validation: bool
    stages: list[StageOfChain]


class PatchDocument(TypedDict):
    schema: Literal["pipeline-explorer/patch/1"]
    folder: str
    diff: str
    not_done: list[str]
    notes: list[str]


class TracedStep(TypedDict):
    number: int
    took_s: float
    input_wait_s: float


class WaitedFor(TypedDict):
    stage: str
    written: list[str]
    place: str
    runs_as: str
    seconds: float


class TraceDocument(TypedDict):
    schema: Literal["pipeline-explorer/trace/1"]
    run: NotRequired[str]
    file: str
    events: int
    says: list[str]
    doubts: list[str]
    steps: list[TracedStep]
    waited_for: list[WaitedFor]
    devices: list[dict[str, Any]]
