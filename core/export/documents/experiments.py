"""Comparisons, sweeps and diagnoses."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from core.export.documents.code import FindingTold
from core.export.documents.runs import RunDocument
from core.export.documents.values import Interval, Number, Ratio, Settings
from core.model.kinds import Value


class ExperimentAbout(TypedDict):
    id: str
    name: str
    kind: str
    workload: str
    workloads: list[str]
    engine: str
    interpreter: str | None
    created: str
    repeats: int
    design: str
    stops_early: bool
    settled_after: int | None
    configurations: dict[str, Settings]


class ComparedMetric(TypedDict):
    unit: str
    source: str
    emulated: list[str]
    not_measured: dict[str, str]
    means: dict[str, Number]
    to_baseline: dict[str, Ratio | None]


class WayCompared(TypedDict):
    way: str
    order_kept: str
    each_example_once: str
    helps_python: str


class ComparisonDocument(TypedDict):
    schema: Literal["pipeline-explorer/comparison/1"]
    experiment: NotRequired[ExperimentAbout]
    baseline: str
    repeats: int
    repeats_at_most: int
    error_rate_of_each_interval: float
    verdicts: dict[str, str]
    metrics: dict[str, ComparedMetric]
    notes: list[str]
    runs: dict[str, list[RunDocument]]
    ways: NotRequired[dict[str, WayCompared]]
    conclusions: NotRequired[list[str]]


class InfluenceOfKnob(TypedDict):
    share: float
    told_from_noise: bool


class SweepPoint(TypedDict):
    values: Settings
    settings: Settings
    throughput: Number
    throughput_low: Number
    throughput_high: Number
    idle: Number
    source: str
    emulated: list[str]
    doubts: list[str]
    runs: list[RunDocument]


class SweepDocument(TypedDict):
    schema: Literal["pipeline-explorer/sweep/1"]
    experiment: NotRequired[ExperimentAbout]
    axes: dict[str, list[Value]]
    influence_on_throughput: dict[str, InfluenceOfKnob]
    text: str
    notes: list[str]
    units: dict[str, str]
    points: list[SweepPoint]


Change = TypedDict(
    "Change",
    {
        "id": str,
        "from": Value,
        "to": Value,
        "file": str | None,
        "line": int | None,
        "contribution": Number,
        "interval": Interval,
        "memory_bytes": Number,
        "changes_training": str | None,
    },
)


class NarrowStage(TypedDict):
    id: str
    file: str | None
    line: int | None


class CutRateMeasured(TypedDict):
    id: str
    title: str
    file: str | None
    line: int | None
    inside: str | None
    elements_per_s: Number
    examples_per_s: Number
    filling_elements_per_s: Number
    one_call_elements_per_s: Number
    cores: Number
    first_s: Number
    element_bytes: Number
    stage_s: Number
    note: str


class TrialDone(TypedDict):
    title: str
    changes: Settings
    ratio: Number
    interval: Interval
    pairs: int
    note: str
    memory_bytes: Number
    total_ratio: Number
    total_memory_bytes: Number


class Suggested(TypedDict):
    title: str
    why: str
    id: str | None
    file: str | None
    line: int | None
    expected_gain: Number


class EvidenceStep(TypedDict):
    at_s: float
    text: str


class DiagnosisDocument(TypedDict):
    schema: Literal["pipeline-explorer/diagnosis/1"]
    workload: str
    settings: Settings
    device: str
    engine: str
    interpreter: str | None
    environment: Settings
    state: str
    finished: bool
    headline: list[str]
    limit: str | None
    narrow_stage: NarrowStage | None
    examples_per_s: Number
    input_wait_percent: Number
    host_percent: Number
    turnaround_percent: Number
    model_alone_examples_per_s: Number
    pipeline_alone_examples_per_s: Number
    break_even_step_s: Number
    cut_rates: list[CutRateMeasured]
    changes: list[Change]
    recommended_settings: Settings
    gain: Number
    gain_interval: Interval
    gain_pairs: int
    front: list[TrialDone]
    not_helpful: list[TrialDone]
    only_you_can: list[Suggested]
    not_allowed: list[Suggested]
    wrong: list[FindingTold]
    doubts: list[str]
    evidence: list[EvidenceStep]
    emulated: list[str]
    wall_s: float
    budget_s: float
    units: dict[str, str]
    source: str
