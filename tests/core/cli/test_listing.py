"""The commands that only look: workloads, knobs, presets, runs, code, export."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from core.pipeline.presets import PRESETS
from core.workloads.catalogue import WORKLOADS, workload
from tests.core.cli.conftest import Cli


def test_workloads_lists_them_all(cli: Cli) -> None:
    found = cli("workloads")
    assert (found.code, found.err) == (0, "")
    assert all(one.id in found.out for one in WORKLOADS)
    document = json.loads(cli("workloads", "--json").out)
    assert [one["id"] for one in document["workloads"]] == [one.id for one in WORKLOADS]


def test_knobs_lists_every_knob_with_what_it_takes(cli: Cli) -> None:
    found = cli("knobs", "npz_shards")
    for key, knob in workload("npz_shards").chain.knobs.items():
        assert f"{key}  default " in found.out
        assert knob.kind.describe().split(",")[0].split(" or ")[0] in found.out
    keys = [one["key"] for one in json.loads(cli("knobs", "npz_shards", "--json").out)["knobs"]]
    assert keys == list(workload("npz_shards").chain.knobs)


def test_knobs_of_all_workloads_says_which_have_each(cli: Cli) -> None:
    document = json.loads(cli("knobs", "--json").out)
    for one in WORKLOADS:
        keys = {knob["key"] for knob in document["knobs"] if one.id in knob["workloads"]}
        assert keys == set(one.chain.knobs)
    assert "[only npz_shards]" in cli("knobs").out


def test_knobs_of_an_unknown_workload_is_bad_input(cli: Cli) -> None:
    found = cli("knobs", "nothing")
    assert found.code == 2
    assert "nothing" in found.complaint


def test_presets_lists_them_with_their_workloads(cli: Cli) -> None:
    found = cli("presets")
    assert all(preset.id in found.out for preset in PRESETS)
    assert "naive  (any workload but pydataset)" in found.out
    document = json.loads(cli("presets", "--json").out)
    textbook = {one["id"]: one["workloads"] for one in document["presets"]}["textbook_1"]
    assert textbook == ["in_memory"]


def test_code_prints_a_script(cli: Cli) -> None:
    found = cli("code", "in_memory", "--set", "prefetch.buffer_size=2", "--epochs", "4")
    compile(found.out, "script.py", "exec")
    assert "dataset = dataset.prefetch(2)" in found.out
    assert "epochs=4" in found.out
    assert (found.code, found.err) == (0, "")


def test_runs_lists_what_was_recorded(cli: Cli) -> None:
    cli("run", "in_memory", "--set", "prefetch.buffer_size=2", "--device", "emulated:20")
    found = cli("runs")
    assert "throughput (examples/s)" in found.out
    assert "run 1" in found.out
    assert "prefetch.buffer_size=2 fit.device=emulated:20" in found.out
    document = json.loads(cli("runs", "--json").out)
    assert [run["number"] for run in document["runs"]] == [1]


def test_runs_of_an_empty_folder_says_how_to_record_one(cli: Cli, data_dir: Path) -> None:
    data_dir.mkdir()
    found = cli("runs")
    assert found.code == 0
    assert "main.py run" in found.out
    assert json.loads(cli("runs", "--json").out)["runs"] == []


@pytest.mark.parametrize("words", [("runs",), ("export", "--csv", "-")])
def test_a_folder_that_is_not_there_is_bad_input_and_is_not_made(
    cli: Cli, data_dir: Path, words: tuple[str, ...]
) -> None:
    found = cli(*words)
    assert found.code == 2
    assert str(data_dir) in found.complaint
    assert not data_dir.exists()


def test_export_writes_a_table_to_a_file_or_stdout(cli: Cli, tmp_path: Path) -> None:
    cli("run", "in_memory")
    target = tmp_path / "runs.csv"
    found = cli("export", "--csv", str(target))
    assert (found.code, found.out) == (0, "")
    with target.open(encoding="utf-8", newline="") as file:
        assert [row["workload"] for row in csv.DictReader(file)] == ["in_memory"]
    assert cli("export", "--csv", "-").out.startswith("number,name,")


@pytest.mark.parametrize("words", [(), ("--csv", "missing-folder/runs.csv"), ("--pdf", "x")])
def test_export_without_a_place_or_format_is_bad_input(cli: Cli, words: tuple[str, ...]) -> None:
    assert cli("export", *words).code == 2


def test_the_data_folder_may_be_named_before_or_after_the_command(cli: Cli, tmp_path: Path) -> None:
    cli("run", "in_memory", "--data-dir", str(tmp_path / "other"))
    assert (tmp_path / "other" / "runs.summary").exists()
    assert "run 1" in cli("runs", "--data-dir", str(tmp_path / "other")).out


def test_help_is_asked_for_and_so_goes_to_stdout(cli: Cli) -> None:
    found = cli("--help")
    assert (found.code, found.err) == (0, "")
    assert "workloads" in found.out


def test_runs_names_the_engine_of_each_run(cli: Cli) -> None:
    cli("run", "in_memory", "--engine", "window")
    cli("run", "in_memory", "--engine", "process")
    head, *rows = cli("runs").out.splitlines()
    at = head.index("engine")
    assert [row[at:].split()[0] for row in rows] == ["window", "process"]
