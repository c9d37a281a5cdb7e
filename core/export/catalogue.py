"""All exporters of runs, in the order in which menus show them."""

from __future__ import annotations

from core.export.exporter import Exporter
from core.export.runs_csv import RunsCsv
from core.export.runs_json import RunsJson

EXPORTERS: tuple[Exporter, ...] = (RunsCsv(), RunsJson())
