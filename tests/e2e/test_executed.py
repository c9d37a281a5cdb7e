"""The pipeline as TensorFlow executes it, read from its performance model."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.measure.pipeline_probe import read_pipeline
from core.model.settings import Settings
from core.pipeline.build import build
from core.pipeline.graph.executed import Change, Executed, match
from core.pipeline.presets import presets_for
from core.workloads.catalogue import WORKLOADS, workload
from tests.e2e.conftest import settings_of

pytestmark = pytest.mark.e2e

GENERATED = [one for one in WORKLOADS if one.id != "image_folder"]
PRESETS = [(one.id, preset.id) for one in GENERATED for preset in presets_for(one.id, one.chain)]

# Together what leaves the other's node as it is.
CHANGES = (
    ("cache.where=memory", "shuffle.buffer_size=20", "prefetch.buffer_size=3"),
    ("cache.where=disk", "fit.steps_per_epoch=9"),
    ("map.enabled=off", "interleave.enabled=off"),
    ("map.num_parallel_calls=2", "interleave.num_parallel_calls=2"),
    ("map.vectorized=on",),
    ("map.place=model",),
    ("source.reader=numpy",),
    (
        "options.private_threadpool_size=2",
        "options.max_intra_op_parallelism=1",
        "options.autotune_cpu_budget=1",
        "options.autotune_ram_budget=16",
        "options.warm_start=on",
        "options.slack=on",
    ),
)


def executed(settings: Settings, name: str, data_folder: Path, scratch: Path) -> Executed:
    chosen = workload(name)
    data = chosen.source_data(data_folder, settings, scratch)
    chosen.prepare(data, settings, lambda fraction, text: None)
    iterator = iter(build(settings, data))
    for _ in range(3):
        next(iterator)
    return match(settings, read_pipeline(iterator))


@pytest.mark.parametrize(("name", "preset"), PRESETS)
def test_as_written_tensorflow_runs_what_is_written(
    name: str, preset: str, data_folder: Path, tmp_path: Path
) -> None:
    settings = settings_of(name, preset, "batch.batch_size=4")
    found = executed(settings, name, data_folder, tmp_path)
    assert found.as_written, found
    assert found.stages[0].stages == ("source",)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (one.id, found)
        for one in GENERATED
        if presets_for(one.id, one.chain)
        for changes in CHANGES
        if (found := tuple(c for c in changes if c.partition("=")[0] in one.chain.knobs))
    ],
)
def test_every_stage_is_found_among_the_nodes(
    name: str, changes: tuple[str, ...], data_folder: Path, tmp_path: Path
) -> None:
    settings = settings_of(name, "naive", *changes, "batch.batch_size=4")
    found = executed(settings, name, data_folder, tmp_path)
    assert found.as_written, found
    written = [s.key for s in settings.stages_in_order() if s.runs_as(settings)]
    assert list(dict.fromkeys(key for stage in found.stages for key in stage.stages)) == written


def test_a_cache_before_the_map_stands_there(data_folder: Path, tmp_path: Path) -> None:
    changes = ("cache.where=memory", "cache.position=before_map", "batch.batch_size=4")
    settings = settings_of("augmented", "tuned", *changes)
    found = executed(settings, "augmented", data_folder, tmp_path)
    keys = list(dict.fromkeys(key for stage in found.stages for key in stage.stages))
    assert keys == ["source", "cache", "map", "batch", "prefetch"]


@pytest.mark.parametrize("name", ["augmented", "npz_shards"])
def test_a_map_over_whole_batches_runs_behind_the_batch(
    name: str, data_folder: Path, tmp_path: Path
) -> None:
    changes = ("map.vectorized=on", "cache.where=memory", "batch.batch_size=4")
    found = executed(settings_of(name, "tuned", *changes), name, data_folder, tmp_path)
    assert found.as_written, found
    keys = list(dict.fromkeys(key for stage in found.stages for key in stage.stages))
    assert [key for key in keys if key != "interleave"] == [
        "source", "batch", "map", "cache", "prefetch",
    ]  # fmt: skip


def test_a_fused_and_an_injected_stage_are_found_out(data_folder: Path, tmp_path: Path) -> None:
    settings = settings_of("augmented", "naive", "options.rewrites=tensorflow_default")
    found = executed(settings, "augmented", data_folder, tmp_path)
    assert not found.as_written
    fused = next(stage for stage in found.stages if stage.node.name == "MapAndBatch")
    assert fused.stages == ("map", "batch")
    assert fused.change is Change.FUSED
    assert fused.note == "map and batch run as one asynchronous MapAndBatch"
