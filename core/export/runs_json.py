"""Runs as one JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from core.analysis.comparisons.members import ExperimentMember
from core.export.exporter import Exporter
from core.export.run_json import runs_document, to_json
from core.model.run import Run


class RunsJson(Exporter):
    """Everything but the single steps, for a program to read."""

    id: ClassVar[str] = "json"
    label: ClassVar[str] = "Document (JSON)"
    help: ClassVar[str] = "Settings, environment and every figure with unit and source."

    def written(self, runs: Sequence[Run], members: Mapping[str, ExperimentMember]) -> str:
        """See the base class."""
        return to_json(runs_document(runs, members))
