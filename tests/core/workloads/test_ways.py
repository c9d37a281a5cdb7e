"""The ways to use more cores with those of the twin of a workload: the same pictures, otherwise."""

from __future__ import annotations

import pytest

from core.model.settings import Settings
from core.workloads.catalogue import workload
from core.workloads.ways import all_ways, comparable, left_out

PYTHON = "map.implementation=python"


def settings(name: str, *assignments: str) -> Settings:
    return workload(name).chain.defaults().with_assignments(assignments)


def test_a_python_augmentation_can_be_a_py_dataset_with_the_same_training() -> None:
    base = settings("augmented", PYTHON, "batch.batch_size=16", "fit.seed=3", "fit.device=cpu")
    offered = all_ways("augmented", base, 2)
    assert [way.id for way in offered] == ["sequential", "calls", "processes", "pydataset"]
    way = offered[-1]
    assert way.workload == "pydataset"
    assert all(not each.workload for each in offered[:-1])
    assert way.settings["pydataset.batch_size"] == 16
    assert way.settings["pydataset.workers"] == 2
    assert way.settings["pydataset.use_multiprocessing"] is True
    assert way.settings["fit.seed"] == 3


@pytest.mark.parametrize(
    ("name", "assignments", "said"),
    [
        ("augmented", (), "processes and a PyDataset, which are for Python functions"),
        ("augmented", (PYTHON, "cache.where=memory"), "a PyDataset, which cannot have cache.where"),
        ("augmented", (PYTHON, "shuffle.buffer_size=9"), "which cannot have shuffle.buffer_size"),
        ("npz_shards", ("source.reader=numpy",), "a tf.data service, whose workers"),
    ],
)
def test_what_a_pipeline_cannot_have_is_left_out_and_said(
    name: str, assignments: tuple[str, ...], said: str
) -> None:
    base = settings(name, *assignments)
    assert "pydataset" not in [way.id for way in all_ways(name, base, 2)]
    assert said in " ".join(left_out(name, base))


def test_only_the_same_data_and_work_are_compared_across_workloads() -> None:
    assert comparable("augmented", "pydataset")
    assert comparable("in_memory", "in_memory")
    assert not comparable("augmented", "in_memory")
