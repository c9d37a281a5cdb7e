"""The ways to use more than one core: which of them a pipeline can have."""

from __future__ import annotations

import pytest

from core.model.settings import Settings
from core.pipeline.ways import ways
from core.workloads.catalogue import workload


def settings(name: str, *assignments: str) -> Settings:
    return workload(name).chain.defaults().with_assignments(assignments)


@pytest.mark.parametrize(
    ("name", "assignments", "ids"),
    [
        ("augmented", (), ["sequential", "calls", "service"]),
        ("augmented", ("map.implementation=python",), ["sequential", "calls", "processes"]),
        ("npz_shards", ("source.reader=numpy",), ["sequential", "calls", "processes"]),
        ("jpeg_tfrecord", (), ["sequential", "calls", "service"]),
        ("pydataset", (), ["sequential", "calls", "processes"]),
    ],
)
def test_a_pipeline_gets_the_ways_that_it_can_have(
    name: str, assignments: tuple[str, ...], ids: list[str]
) -> None:
    assert [way.id for way in ways(settings(name, *assignments), 4)] == ids


def test_all_else_stays_as_it_is() -> None:
    base = settings("augmented", "prefetch.buffer_size=3", "map.num_parallel_calls=8")
    sequential, calls, service = ways(base, 4)
    assert set(sequential.settings.differing(base)) == {"map.num_parallel_calls"}
    assert calls.settings["map.num_parallel_calls"] == "autotune"
    assert service.settings["service.workers"] == 4
    assert service.settings["map.num_parallel_calls"] == "off"


def test_two_workers_are_compared_where_there_is_one_core() -> None:
    *_, processes = ways(settings("augmented", "map.implementation=python"), 1)
    assert processes.settings["map.processes"] == 2
