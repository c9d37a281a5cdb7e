"""What a source delivers has the same fingerprint whatever the pipeline makes of its order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.lazy import tf
from core.measure.fingerprint import fingerprint
from core.model.kinds import Value
from core.model.measured.fingerprint import Fingerprint
from core.workloads.catalogue import WORKLOADS, workload
from core.workloads.image_folder import ImageFolder
from tests.e2e.conftest import Train


def write_image(path: Path, value: int) -> None:
    path.write_bytes(tf.io.encode_png(np.full((8, 8, 3), value, np.uint8)).numpy())


def taken(name: str, data_folder: Path, budget_s: float = 600.0, **values: Value) -> Fingerprint:
    chosen = workload(name)
    settings = chosen.chain.defaults().with_values(
        {key.replace("__", "."): value for key, value in values.items()}
    )
    data = chosen.source_data(data_folder, settings, data_folder)
    chosen.prepare(data, settings, lambda fraction, text: None)
    return fingerprint(settings, data, budget_s=budget_s)


@pytest.mark.parametrize("name", [one.id for one in WORKLOADS if not isinstance(one, ImageFolder)])
def test_every_workload_has_one_over_all_its_examples(name: str, data_folder: Path) -> None:
    chosen = workload(name)
    settings = chosen.chain.defaults()
    data = chosen.source_data(data_folder, settings, data_folder)
    found = taken(name, data_folder)
    assert found.whole
    assert found.sums[-1][0] == chosen.count(settings, data)


def test_how_files_are_read_does_not_matter(data_folder: Path) -> None:
    plain = taken("npz_shards", data_folder)
    for changes in (
        {"interleave__cycle_length": 16, "interleave__num_parallel_calls": 4},
        {"source__reader": "numpy"},
        {"source__open_latency_ms": 5, "shuffle__buffer_size": 100, "map__enabled": False},
    ):
        assert plain == taken("npz_shards", data_folder, **changes), changes  # type: ignore[arg-type]


def test_an_image_with_other_contents_is_other_data(tmp_path: Path) -> None:
    paths = [tmp_path / name / f"{number}.png" for name in ("cat", "dog") for number in range(3)]
    for number, path in enumerate(paths):
        path.parent.mkdir(exist_ok=True)
        write_image(path, 40 * number)
    before = taken("image_folder", tmp_path, source__folder=str(tmp_path))
    assert before.sums[-1][0] == 6
    write_image(paths[0], 255)
    after = taken("image_folder", tmp_path, source__folder=str(tmp_path))
    assert after.differs_from(before) == "fingerprints of all 6 examples differ"
    # Another label: neither the number of files nor their size nor the newest of them changes.
    paths[1].rename(tmp_path / "dog" / "moved.png")
    relabelled = taken("image_folder", tmp_path, source__folder=str(tmp_path))
    assert relabelled.differs_from(after)


def test_what_time_was_too_short_for_is_looked_at_again_where_there_is_more(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        write_image(tmp_path / name / "1.png", 40)
    short = taken("image_folder", tmp_path, 0.0, source__folder=str(tmp_path))
    assert not short.whole
    assert taken("image_folder", tmp_path, source__folder=str(tmp_path)).whole
    # What is known of all of it stays.
    assert taken("image_folder", tmp_path, 0.0, source__folder=str(tmp_path)).whole


def test_a_run_takes_it_after_the_timed_part(train: Train) -> None:
    run = train("in_memory", "naive", "fit.epochs=1", "fit.steps_per_epoch=20")
    assert run.fingerprint is not None
    assert run.phases[-1].phase == "looking at the data again, for their fingerprint"
    assert run.fit_wall_s is not None
    building = next(phase.at_s for phase in run.phases if phase.phase.startswith("building"))
    # The wall time of fit ends before the data are looked at.
    assert run.fit_wall_s <= run.phases[-1].at_s - building
    assert run.samples.steps == 20
