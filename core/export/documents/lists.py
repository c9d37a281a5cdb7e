"""Lists, checks, and what was imported."""

from __future__ import annotations

from typing import Literal, TypedDict

from core.export.documents.values import Settings
from core.model.kinds import Value
from core.store.problem import Problem


class WorkloadListed(TypedDict):
    id: str
    title: str
    description: str
    stages: list[str]


class WorkloadsDocument(TypedDict):
    schema: Literal["pipeline-explorer/workloads/1"]
    workloads: list[WorkloadListed]


class KnobListed(TypedDict):
    key: str
    label: str
    help: str
    cannot_help: str
    takes: str
    unit: str
    default: Value
    advanced: bool
    suggestions: list[Value]
    workloads: list[str]


class KnobsDocument(TypedDict):
    schema: Literal["pipeline-explorer/knobs/1"]
    knobs: list[KnobListed]


class PresetListed(TypedDict):
    id: str
    label: str
    help: str
    values: Settings
    workloads: list[str]


class PresetsDocument(TypedDict):
    schema: Literal["pipeline-explorer/presets/1"]
    presets: list[PresetListed]


class CheckDone(TypedDict):
    key: str
    label: str
    found: str
    state: Literal["good", "note", "bad"]
    remedy: str


class DoctorDocument(TypedDict):
    schema: Literal["pipeline-explorer/doctor/1"]
    good: bool
    checks: list[CheckDone]


class FileChecked(TypedDict):
    file: str
    state: str
    kind: str
    content: str
    damages: list[str]


class FilesDocument(TypedDict):
    schema: Literal["pipeline-explorer/check-files/1"]
    good: bool
    files: list[FileChecked]


class RepairDocument(TypedDict):
    schema: Literal["pipeline-explorer/repair/1"]
    folder: str
    dry_run: bool
    well: bool
    runs: int
    experiments: int
    under_way: int
    interrupted: list[str]
    findings: list[Problem]


class ImportedPart(TypedDict):
    name: str
    status: str
    notes: list[str]


class ImportDocument(TypedDict):
    schema: Literal["pipeline-explorer/import/1"]
    text: str
    stopped: bool
    runs: list[ImportedPart]
    experiments: list[ImportedPart]
