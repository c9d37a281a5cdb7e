"""All exporters of runs, in the order in which menus show them."""

from __future__ import annotations

from core.export.exporter import Exporter, FolderExporter
from core.export.mlflow import MLflow
from core.export.runs_csv import RunsCsv
from core.export.runs_json import RunsJson
from core.export.tensorboard import TensorBoard

EXPORTERS: tuple[Exporter, ...] = (RunsCsv(), RunsJson())
"""To one file."""

FOLDER_EXPORTERS: tuple[FolderExporter, ...] = (TensorBoard(), MLflow())
"""To a folder."""
