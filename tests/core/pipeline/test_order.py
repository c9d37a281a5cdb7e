"""Where stages stand under the settings."""

from __future__ import annotations

import pytest

from core.workloads.catalogue import workload


def order(*assignments: str) -> list[str]:
    settings = workload("augmented").chain.defaults().with_assignments(assignments)
    return [stage.kind for stage in settings.stages_in_order()]


def test_as_declared_unless_something_moves() -> None:
    declared = [stage.kind for stage in workload("augmented").chain.stages]
    assert order() == declared
    assert order("cache.where=memory") == declared


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (
            "before_map",
            ["source", "shuffle", "batch", "cache", "map", "repeat", "service", "prefetch"],
        ),
        (
            "after_map",
            ["source", "shuffle", "batch", "map", "cache", "repeat", "service", "prefetch"],
        ),
    ],
)
def test_a_map_over_whole_batches_stands_behind_the_batch_and_the_cache_beside_it(
    position: str, expected: list[str]
) -> None:
    assert order("map.vectorized=on", f"cache.position={position}")[:-3] == expected


def test_a_map_that_is_off_stays_in_its_place() -> None:
    assert order("map.vectorized=on", "map.enabled=off") == order()


def test_only_what_can_be_done_to_a_batch_at_once_is_offered_so() -> None:
    offered = {
        name: "map.vectorized" in workload(name).chain.knobs
        for name in ("augmented", "npz_shards", "jpeg_tfrecord", "image_folder", "in_memory")
    }
    assert offered == {
        "augmented": True,
        "npz_shards": True,
        "jpeg_tfrecord": False,
        "image_folder": False,
        "in_memory": False,
    }


@pytest.mark.parametrize(
    ("position", "behind", "before"),
    [
        ("before_prefetch", "repeat", "prefetch"),
        ("before_repeat", "batch", "repeat"),
        ("before_batch", "shuffle", "batch"),
        ("before_shuffle", "cache", "shuffle"),
    ],
)
def test_the_service_stands_where_its_position_says(
    position: str, behind: str, before: str
) -> None:
    kinds = order("service.workers=2", f"service.position={position}")
    at = kinds.index("service")
    assert (kinds[at - 1], kinds[at + 1]) == (behind, before)
