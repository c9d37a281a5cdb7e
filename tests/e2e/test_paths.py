"""Folders and files whose names are long and not ASCII, also where the locale knows only ASCII."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.measure.fit import fit
from core.model.events import Event, RunEnded
from core.model.plan import RunPlan
from core.model.run import RunState
from tests.e2e.conftest import settings_of

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="has no such names"),
]

ROOT = Path(__file__).parents[2]
ODD = "Größe 你好 \N{ROCKET} 'a' \"b\" $c;d [e] {f} %s\nnext line"


@pytest.fixture
def odd_folder(tmp_path: Path) -> Path:
    made = tmp_path / ODD / ("l" * 210)
    made.mkdir(parents=True)
    return made


@pytest.mark.parametrize(
    ("name", "assignments"),
    [
        ("augmented", ("cache.where=disk",)),
        ("npz_shards", ("source.reader=native", "cache.where=disk")),
        ("npz_shards", ("source.reader=numpy",)),
        ("jpeg_tfrecord", ("cache.where=disk",)),
    ],
)
@pytest.mark.filterwarnings("ignore:Your input ran out of data:UserWarning")
def test_a_workload_makes_its_data_there_and_trains_on_them(
    odd_folder: Path, name: str, assignments: tuple[str, ...]
) -> None:
    few = ("batch.batch_size=8", "fit.steps_per_epoch=4", "fit.epochs=2", *assignments)
    plan = RunPlan(name, settings_of(name, "naive", *few), str(odd_folder))
    events: list[Event] = []
    fit(plan, events.append, lambda: False)
    (end,) = (event for event in events if isinstance(event, RunEnded))
    assert end.state is RunState.DONE, end.failure
    assert not list(odd_folder.glob("scratch-*"))


OWN = """
import tensorflow as tf

def make_dataset():
    pairs = tf.data.Dataset.range(200).map(lambda x: (tf.cast(tf.fill([4], x), tf.float32), x % 2))
    return pairs.batch(8).cache({cache!r})
"""


def test_own_code_is_run_recorded_and_exported_there_with_a_locale_of_ascii(
    odd_folder: Path, tmp_path: Path
) -> None:
    file = odd_folder / "mein train 你.py"
    file.write_text(OWN.format(cache=str(odd_folder / "cäche")), encoding="utf-8")
    ascii_only = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    target = odd_folder / "was herauskam ✓.json"

    def main(*words: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "main.py", *words, "--data-dir", str(odd_folder / "data")]
        return subprocess.run(
            command, cwd=ROOT, env={**kept, **ascii_only, "XDG_DATA_HOME": str(tmp_path)},
            capture_output=True, timeout=300, check=False,
        )  # fmt: skip

    of = f"{file}:make_dataset"
    ended = main("run", of, "--device", "emulated:2", "--epochs", "2", "--json", str(target))
    assert ended.returncode == 0, ended.stderr.decode("utf-8", "replace")
    document = json.loads(target.read_text(encoding="utf-8"))
    assert document["steps"] == 50
    assert str(file) in document["workload"]
    assert (odd_folder / "cäche.index").exists()
    table = odd_folder / "Läufe.csv"
    assert main("export", "--csv", str(table)).returncode == 0
    assert file.name in table.read_text(encoding="utf-8")
    assert "你" in main("runs").stdout.decode("utf-8", "replace")
