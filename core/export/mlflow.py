"""Runs as a folder that MLflow opens: its file store, written without MLflow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from core.analysis.doubts.catalogue import doubts
from core.export.course import course, figures, fit_began
from core.export.exporter import FolderExporter
from core.export.run_json import run_document, to_json
from core.model.environment import OWN_INTERPRETER
from core.model.run import Run, RunState
from core.text.workload_name import workload_name

_STATUS = {RunState.DONE: 3, RunState.FAILED: 4, RunState.STOPPED: 5, RunState.INTERRUPTED: 5}
_RUNNING = 1
_LONGEST_PARAMETER, _LONGEST_TAG = 6_000, 8_000
_NO_KEY = str.maketrans(dict.fromkeys('\\:*?"<>|#', "_"))


class MLflow(FolderExporter):
    """An experiment a workload: settings as parameters, curves and figures as metrics."""

    id: ClassVar[str] = "mlflow"
    label: ClassVar[str] = "Folder for MLflow"
    help: ClassVar[str] = "A file store of MLflow: settings, curves, figures; one run a run."
    # MLflow 3.7 and later read a file store only with the variable set.
    opens: ClassVar[str] = "MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri {folder}"

    def write(self, runs: Sequence[Run], folder: Path) -> None:
        """See the base class."""
        _experiment(folder, "0", "Default", runs)
        workloads = {run.plan.workload for run in runs}
        for workload in sorted(workloads):
            # MLflow's own ids are numbers of 18 digits.
            digest = hashlib.sha256(workload.encode(errors="backslashreplace")).hexdigest()
            experiment = str(10**17 + int(digest, 16) % (9 * 10**17))
            of_it = [run for run in runs if run.plan.workload == workload]
            name = f"Pipeline Explorer: {workload_name(workload, *workloads)}"
            home = _experiment(folder, experiment, name, of_it)
            for run in of_it:
                _run(home / run.id, experiment, run)


def _experiment(folder: Path, key: str, name: str, runs: Iterable[Run]) -> Path:
    home = folder / key
    home.mkdir(exist_ok=True)
    created = min((_milliseconds(fit_began(run)) for run in runs), default=0)
    meta = {
        "artifact_location": home.absolute().as_uri(),
        "creation_time": created,
        "experiment_id": key,
        "last_update_time": created,
        "lifecycle_stage": "active",
        "name": name,
    }
    if key != "0" or not (home / "meta.yaml").exists():
        _write_meta(home, meta)
    return home


def _run(home: Path, experiment: str, run: Run) -> None:
    began = fit_began(run)
    ended = began + (float(run.samples.done_s[-1]) if run.samples.steps else 0.0)
    for part in ("artifacts", "metrics", "params", "tags"):
        (home / part).mkdir(parents=True, exist_ok=True)
    meta: dict[str, object] = {
        "artifact_uri": (home / "artifacts").absolute().as_uri(),
        "end_time": _milliseconds(ended) if run.state.over else None,
        "entry_point_name": "",
        "experiment_id": experiment,
        "lifecycle_stage": "active",
        "run_id": run.id,
        "run_name": run.name,
        "run_uuid": run.id,
        "source_name": "",
        "source_type": 4,
        "source_version": "",
        "start_time": _milliseconds(began),
        "status": _STATUS.get(run.state, _RUNNING),
        "tags": [],
        "user_id": "",
    }
    _write_meta(home, meta)
    _write_each(home / "params", run.plan.settings.values_by_key, _LONGEST_PARAMETER)
    _write_each(home / "tags", _tags(run), _LONGEST_TAG)
    for line in course(run):
        columns = zip(line.at_s.tolist(), line.values.tolist(), line.steps.tolist(), strict=True)
        rows = (f"{_milliseconds(began + at_s)} {value!r} {step}" for at_s, value, step in columns)
        _write(home / "metrics" / line.key, "\n".join(rows) + "\n")
    for key, quantity in figures(run).items():
        row = f"{_milliseconds(ended)} {quantity.value!r} {run.samples.steps}\n"
        _write(home / "metrics" / key, row)
    # Units, sources and the reasons why something was not measured have no place in MLflow.
    _write(home / "artifacts" / "run.json", to_json(run_document(run)))


def _tags(run: Run) -> dict[str, str]:
    sources = {line.key: line.source for line in course(run)}
    sources |= {key: quantity.provenance() for key, quantity in figures(run).items()}
    return {
        "mlflow.runName": run.name,
        "mlflow.source.name": run.plan.workload,
        "mlflow.note.content": run.label.note,
        "tags": " ".join(run.label.tags),
        "engine": run.plan.engine,
        "interpreter": run.plan.interpreter or OWN_INTERPRETER,
        "state": run.state.value,
        "emulated": ", ".join(run.emulations) or "nothing",
        "failure": run.failure.text() if run.failure else "",
        "doubts": " ".join(doubt.text for doubt in doubts(run)),
        "sources": "; ".join(f"{key}: {source}" for key, source in sources.items()),
        **{f"environment.{key}": str(value) for key, value in run.environment.items()},
    }


def _write_each(folder: Path, values: Mapping[str, object], longest: int) -> None:
    for key, value in values.items():
        words = ("on" if value else "off") if isinstance(value, bool) else str(value)
        _write(folder / key.translate(_NO_KEY), words[:longest])


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(content, encoding="utf-8", errors="backslashreplace")


def _write_meta(home: Path, meta: Mapping[str, object]) -> None:
    # JSON is YAML.
    _write(home / "meta.yaml", json.dumps(meta, indent=1) + "\n")


def _milliseconds(at_s: float) -> int:
    return round(1000 * at_s)
