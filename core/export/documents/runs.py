"""Runs and ceilings."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict, get_type_hints

from core.export.documents.values import Number, Settings
from core.metrics.catalogue import METRICS
from core.model.tracing import Tracing


class DoubtNoted(TypedDict):
    key: str
    text: str


class Member(TypedDict):
    id: str
    kind: str
    configuration: str
    repeat: int
    name: NotRequired[str]
    counted: NotRequired[bool]
    why_not_counted: NotRequired[str]


class FailureTold(TypedDict):
    what: str
    expected: str
    remedy: str
    details: str


class ClockJumpNoted(TypedDict):
    step: int
    by_s: float


class FingerprintTaken(TypedDict):
    sum: str | int
    covers: str | int
    sums: list[list[str | int]]
    served: NotRequired[str | int]


class WarmUp(TypedDict):
    steps: int
    rule: str


class PhaseBegun(TypedDict):
    phase: str
    at_s: float


class _RunBase(TypedDict):
    schema: Literal["pipeline-explorer/run/1"]
    id: str
    number: int
    name: str
    note: str
    tags: list[str]
    created: str
    experiment: Member | None
    workload: str
    settings: Settings
    device: str
    engine: str
    interpreter: str | None
    emulated: list[str]
    environment: Settings
    state: str
    failure: FailureTold | None
    clock_jumps: list[ClockJumpNoted]
    doubts: list[DoubtNoted]
    steps: int
    examples: Number
    loss_per_epoch: list[Number]
    example: str
    strategy: str
    examples_per_epoch: list[int]
    data_fingerprint: FingerprintTaken | None
    warm_up: WarmUp
    steady_steps: int
    traced: Tracing | None
    phases: list[PhaseBegun]
    units: dict[str, str]
    sources: dict[str, str]
    not_measured: dict[str, str]


RunDocument: Any = TypedDict(
    "RunDocument",
    {**get_type_hints(_RunBase), **{metric.key: Number for metric in METRICS}},  # type: ignore[misc]
)
"""One run, with a number for each metric."""


class RunsDocument(TypedDict):
    schema: Literal["pipeline-explorer/runs/1"]
    runs: list[RunDocument]


class CeilingsDocument(TypedDict):
    schema: Literal["pipeline-explorer/ceilings/1"]
    workload: str
    settings: Settings
    device: str
    engine: str
    interpreter: str | None
    model_alone_examples_per_s: Number
    pipeline_alone_examples_per_s: Number
    lower_examples_per_s: Number
    wanted_cores: Number
    cores: Number
    contended_examples_per_s: Number
    units: dict[str, str]
    source: str
    emulated: list[str]
    text: list[str]
    parts: dict[str, RunDocument]
