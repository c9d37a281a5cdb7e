"""What holds for every workload."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from core.lazy import keras
from core.process_pool.pools import Pools
from core.workloads.catalogue import WORKLOADS
from core.workloads.workload import Workload
from tests.core.workloads.conftest import BY_ID, SMALL, Bench, in_any_order, quiet, same
from tests.worker_processes import loky_at_an_end

ORDER = (
    "source",
    "interleave",
    "map",
    "cache",
    "shuffle",
    "batch",
    "repeat",
    "service",
    "prefetch",
    "options",
    "process",
    "fit",
)
ROOT = Path(__file__).parents[3]


STAGES_OF_THE_WORKLOAD = ("source.", "interleave.", "map.", "pydataset.")


def _variants(one: Workload) -> list[tuple[str, ...]]:
    """The defaults, each stage switched the other way, and what else changes the code.

    Of stages that all workloads share, those of the first are enough.
    """
    defaults = one.chain.defaults()
    found: list[tuple[str, ...]] = [()]
    for stage in one.chain.stages:
        # Processes of their own: tests/e2e/test_service.py.
        if stage.switch is not None and stage.kind != "service":
            other = stage.switch.off if stage.is_on(defaults) else stage.switch.on
            found.append((f"{stage.id(stage.switch.knob)}={other}",))
    extra = (
        ("cache.where=disk",),
        ("cache.where=memory", "cache.position=before_map"),
        ("map.num_parallel_calls=2",),
        ("interleave.num_parallel_calls=2",),
        ("fit.steps_per_epoch=3",),
        (
            "options.private_threadpool_size=2",
            "options.max_intra_op_parallelism=1",
            "options.autotune_cpu_budget=2",
            "options.autotune_ram_budget=64",
            "options.warm_start=on",
            "options.slack=on",
        ),
        ("map.implementation=python",),
        ("map.implementation=python", "map.enabled=off"),
        ("map.implementation=python", "map.processes=2"),
        ("map.vectorized=on",),
        ("map.vectorized=on", "map.implementation=python", "map.num_parallel_calls=2"),
        ("map.place=model", "map.vectorized=on"),
        ("map.vectorized=on", "cache.where=memory", "shuffle.buffer_size=16"),
        ("pydataset.workers=2", "fit.steps_per_epoch=3"),
        ("source.reader=numpy",),
        ("source.reader=numpy", "source.open_latency_ms=1"),
        ("source.reader=numpy", "interleave.processes=2"),
        ("source.reader=native", "source.open_latency_ms=1"),
        ("source.open_latency_ms=1", "source.storage=disk", "source.bandwidth_mb_s=100"),
        ("source.open_latency_ms=1", "source.bandwidth_mb_s=100", "map.enabled=off"),
    )
    found += [more for more in extra if all(text.split("=")[0] in defaults for text in more)]
    if one is SMALL[0]:
        return found
    return [
        changes
        for changes in found
        if not changes or any(text.startswith(STAGES_OF_THE_WORKLOAD) for text in changes)
    ]


VARIANTS = [(one.id, variant) for one in SMALL for variant in _variants(one)]


each_workload = pytest.mark.parametrize("name", BY_ID)


def _off(one: Workload) -> list[str]:
    """Every stage that can be switched off, off."""
    return [
        f"{stage.id(stage.switch.knob)}={stage.switch.off}"
        for stage in one.chain.stages
        if stage.switch is not None
    ]


def test_the_small_ones_here_are_the_ones_that_people_see() -> None:
    assert [one.id for one in SMALL] == [workload.id for workload in WORKLOADS]
    assert [type(one) for one in SMALL] == [type(workload) for workload in WORKLOADS]


@each_workload
def test_stages_stand_in_the_usual_order(name: str) -> None:
    kinds = [stage.kind for stage in BY_ID[name].chain.stages]
    if name == "pydataset":
        assert kinds == ["pydataset", "process", "fit"]
        return
    assert kinds == [kind for kind in ORDER if kind in kinds]
    assert {"source", "cache", "shuffle", "batch", "repeat", "prefetch", "options"} <= set(kinds)
    assert kinds[-1] == "fit"


@each_workload
def test_texts_are_there_for_people(name: str) -> None:
    one = BY_ID[name]
    assert one.title
    assert one.description.endswith(".")


def test_chains_places_code_and_models_are_known_without_tensorflow(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from core.pipeline.build import write\n"
        "from core.workloads.catalogue import WORKLOADS\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "for one in WORKLOADS:\n"
        "    settings = one.chain.defaults()\n"
        "    data = one.source_data(folder, settings, folder)\n"
        "    one.model(settings, data).sources()\n"
        "    for key in settings:\n"
        "        assert one.chain.knob(key).tooltip()\n"
        "    if one.id != 'image_folder':\n"
        "        assert write(settings, data).lines\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules), 'loaded'\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=120)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "assignments"), VARIANTS)
def test_the_written_script_builds_the_same_pipeline_and_model(
    bench: Bench,
    name: str,
    assignments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    keras.utils.set_random_seed(1)
    with BY_ID[name].running(), Pools(), loky_at_an_end():
        ours = bench.dataset(name, *assignments, scratch=tmp_path)
        names = bench.run_script(name, tmp_path / "script.py", *assignments)
        theirs = names["dataset"]
        assert theirs.element_spec == ours.element_spec
        for one, other in itertools.islice(zip(ours, theirs, strict=False), 3):
            assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    settings = bench.settings(name, *assignments)
    model = BY_ID[name].model(settings, bench.data(settings, name)).bound()()
    assert names["model"].count_params() == model.count_params()
    assert model.optimizer is not None


@each_workload
def test_with_every_stage_off_training_still_works(bench: Bench, name: str) -> None:
    assignments = _off(BY_ID[name])
    settings = bench.settings(name, *assignments)
    keras.utils.set_random_seed(1)
    model = BY_ID[name].model(settings, bench.data(settings, name)).bound()()
    model.run_eagerly = True  # tracing it would take most of the time
    dataset = bench.dataset(name, *assignments)
    history = model.fit(dataset.take(2), epochs=1, verbose=0, shuffle=False, steps_per_epoch=2)
    assert math.isfinite(history.history["loss"][0])


@each_workload
def test_batches_suit_the_model(bench: Bench, name: str) -> None:
    settings = bench.settings(name)
    model = BY_ID[name].model(settings, bench.data(settings, name)).bound()()
    images, labels = bench.dataset(name).element_spec
    assert model.input_shape[1:] == tuple(images.shape[1:])
    assert labels.dtype.is_integer
    seen = {label for _, label in bench.elements(name)}
    assert seen == set(range(model.output_shape[-1]))


@each_workload
def test_the_same_seed_gives_the_same_examples_even_with_parallel_calls(
    bench: Bench, name: str
) -> None:
    fast = [
        text
        for text in (
            "map.num_parallel_calls=4",
            "interleave.num_parallel_calls=2",
            "shuffle.buffer_size=16",
            "prefetch.buffer_size=2",
        )
        if text.split("=")[0] in BY_ID[name].chain.knobs
    ]
    runs = []
    for _ in range(2):
        keras.utils.set_random_seed(1)
        runs.append(bench.elements(name, *fast))
    assert same(*runs)


@each_workload
def test_an_epoch_has_the_same_examples_whatever_is_parallel_or_shuffled(
    bench: Bench, name: str
) -> None:
    keras.utils.set_random_seed(1)
    plain = in_any_order(bench.elements(name))
    for changes in (
        ("interleave.enabled=off", "map.num_parallel_calls=4"),
        ("interleave.cycle_length=2", "interleave.num_parallel_calls=2", "shuffle.buffer_size=16"),
        ("map.vectorized=on", "cache.where=memory"),
        ("options.rewrites=tensorflow_default",),
    ):
        known = [text for text in changes if text.split("=")[0] in BY_ID[name].chain.knobs]
        if known:
            keras.utils.set_random_seed(1)
            assert in_any_order(bench.elements(name, *known)) == plain, known


@each_workload
def test_data_that_are_there_are_not_made_again(bench: Bench, name: str) -> None:
    settings = bench.settings(name)
    data = bench.data(settings, name)
    before = {path: path.stat().st_mtime_ns for path in data.folder.rglob("*")}
    BY_ID[name].prepare(data, settings, quiet)
    assert {path: path.stat().st_mtime_ns for path in data.folder.rglob("*")} == before


@pytest.mark.parametrize("name", ["in_memory", "npz_shards", "jpeg_tfrecord"])
def test_data_made_again_are_the_same_to_the_byte(bench: Bench, name: str, tmp_path: Path) -> None:
    settings = bench.settings(name)
    again = BY_ID[name].source_data(tmp_path, settings, tmp_path)
    BY_ID[name].prepare(again, settings, quiet)
    paths = list(bench.data(settings, name).folder.iterdir())
    assert paths
    for path in paths:
        assert (again.folder / path.name).read_bytes() == path.read_bytes()
