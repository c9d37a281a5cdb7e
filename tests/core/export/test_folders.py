"""What folders for other programs hold; ``tests/e2e/test_event_files.py`` reads TensorBoard's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.export.catalogue import FOLDER_EXPORTERS
from core.export.exporter import FolderExporter
from core.export.mlflow import MLflow
from core.export.tensorboard import TensorBoard
from core.model.run import Label
from tests.builders import recorded_resources, run_of
from tests.core.export.test_exporters import RUNS


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.mark.parametrize("exporter", FOLDER_EXPORTERS, ids=lambda exporter: exporter.id)
def test_every_exporter_to_a_folder_takes_any_runs_and_none_and_writes_the_same_again(
    exporter: FolderExporter, tmp_path: Path
) -> None:
    exporter.write((), tmp_path)
    exporter.write(RUNS, tmp_path)
    written = contents(tmp_path)
    assert sum(RUNS[0].id in name for name in written) >= 1
    assert any(b"It broke" in content for content in written.values())
    exporter.write(RUNS, tmp_path)
    assert contents(tmp_path) == written
    assert exporter.help.endswith(".")
    assert "{folder}" in exporter.opens


def test_a_run_that_was_renamed_is_in_a_tensorboard_folder_once(tmp_path: Path) -> None:
    run = run_of(number=3)
    (tmp_path / "kept").write_text("not ours", encoding="utf-8")
    TensorBoard().write((run,), tmp_path)
    TensorBoard().write((replace(run, label=Label(name="a/b: fast")),), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["3 a_b_ fast", "kept"]


def test_mlflow_gets_settings_curves_figures_and_what_they_come_from(tmp_path: Path) -> None:
    run = replace(
        run_of(
            number=1,
            values={"options.enabled": True},
            emulations=("emulated accelerator 20 ms",),
            label=Label(note="a note"),
        ),
        created="2026-01-02T03:04:05.000+00:00",
        resources=recorded_resources(gpus=("A",)),
    )
    MLflow().write((run,), tmp_path)
    (home,) = tmp_path.glob(f"*/{run.id}")
    meta = json.loads((home / "meta.yaml").read_text(encoding="utf-8"))
    assert (meta["run_name"], meta["status"], meta["start_time"]) == ("run 1", 3, 1767323046460)
    assert json.loads((home.parent / "meta.yaml").read_text())["experiment_id"] == home.parent.name
    assert (home / "params/options.enabled").read_text(encoding="utf-8") == "on"
    assert (home / "tags/mlflow.note.content").read_text(encoding="utf-8") == "a note"
    sources = (home / "tags/sources").read_text(encoding="utf-8")
    assert "course/loss: Keras history, emulated accelerator 20 ms" in sources
    losses = (home / "metrics/course/loss").read_text(encoding="utf-8").splitlines()
    assert [line.split()[1:] for line in losses] == [["2.0", "20"], ["1.0", "40"]]
    last = (home / "metrics/figures/throughput_examples_per_s").read_text(encoding="utf-8")
    assert float(last.split()[1]) > 0
    busy = (home / "metrics/machine/gpu_0_busy_percent").read_text(encoding="utf-8").splitlines()
    assert {line.split()[1] for line in busy} == {"30.0"}
    assert json.loads((home / "artifacts/run.json").read_text(encoding="utf-8"))["id"] == run.id
