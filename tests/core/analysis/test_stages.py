from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.stages.node_figures import figures
from core.model.measured.executed import READER, NodeReading, PipelineReading


def node(name: str, elements: int, processing_s: float, calls: float | None = None) -> NodeReading:
    key = {"Root": "Root", "BatchV2": "Root/BatchV2", "Map": "Root/BatchV2/Map"}[name]
    depth = key.count("/")
    return NodeReading(key, name, depth, False, 1, elements, processing_s, 0, 0, calls, None, False)


def reading(at_s: float, batches: int, calls: float | None = None) -> PipelineReading:
    """Batches of 32: a map of 2 ms an example, and 1 ms to put a batch together."""
    return PipelineReading(
        at_s,
        (
            node("Root", batches, 0.0),
            node("BatchV2", batches, 0.001 * batches),
            node("Map", 32 * batches, 0.002 * 32 * batches, calls),
        ),
    )


def test_time_per_element_and_capacity_follow_from_the_counters() -> None:
    found = {
        figure.node.name: figure for figure in figures([reading(0, 10), reading(10, 110)], 32.0)
    }
    assert found["Map"].s_per_element == pytest.approx(0.002)
    assert found["Map"].examples_per_element == pytest.approx(1.0)
    assert found["Map"].capacity_examples_per_s == pytest.approx(500.0)
    assert found["Map"].busy_cores == pytest.approx(0.64)
    assert found["BatchV2"].examples_per_element == pytest.approx(32.0)
    assert found["BatchV2"].capacity_examples_per_s == pytest.approx(32_000.0)


def test_parallel_calls_multiply_the_capacity() -> None:
    found = {
        figure.node.name: figure
        for figure in figures([reading(0, 10, 4.0), reading(10, 110, 4.0)], 32.0)
    }
    assert found["Map"].capacity_examples_per_s == pytest.approx(2000.0)


def test_the_narrowest_node_is_the_one_of_least_capacity() -> None:
    found = figures([reading(0, 10), reading(10, 110)], 32.0)
    assert [one.node.name for one in found if one.narrowest] == ["Map"]


def test_counters_that_start_anew_with_an_epoch_are_added_up() -> None:
    readings = [reading(0, 10), reading(5, 60), reading(6, 5), reading(10, 45)]
    found = {figure.node.name: figure for figure in figures(readings, 32.0)}
    assert found["Root"].elements == 50 + 5 + 40
    assert found["Map"].s_per_element == pytest.approx(0.002)


def test_only_the_last_seconds_count_where_that_is_asked() -> None:
    readings = [reading(0, 0), reading(10, 10), reading(11, 60)]
    found = {figure.node.name: figure for figure in figures(readings, 32.0, over_s=1.5)}
    assert found["Root"].elements_per_s == pytest.approx(50.0)


@pytest.mark.parametrize("readings", [[], [reading(0, 10)]])
def test_without_two_readings_there_are_no_figures(readings: list[PipelineReading]) -> None:
    assert figures(readings, 32.0) == ()


def test_a_node_that_delivered_nothing_has_no_figures_rather_than_zeros() -> None:
    found = figures([reading(0, 10), reading(10, 10)], 32.0)
    assert all(one.s_per_element is None for one in found)
    assert all(one.capacity_examples_per_s is None for one in found)
    assert not any(one.narrowest for one in found)


def test_readers_beside_the_way_of_the_data_have_no_capacity() -> None:
    beside = NodeReading("Root+reader/Map", "Map", 1, True, 4, 5, 0.1, 0, 0, None, None, False)
    more = NodeReading("Root+reader/Map", "Map", 1, True, 4, 9, 0.2, 0, 0, None, None, False)
    readings = [
        PipelineReading(0, (node("Root", 1, 0.0), beside)),
        PipelineReading(1, (node("Root", 9, 0.0), more)),
    ]
    assert figures(readings, 32.0)[1].capacity_examples_per_s is None


def test_what_opens_files_has_no_capacity_for_its_time_is_not_whole() -> None:
    def files(at_s: float, batches: int) -> PipelineReading:
        opener = "Root/ParallelInterleaveV4"
        file = f"{opener}{READER}FixedLengthRecordV2"
        return PipelineReading(
            at_s,
            (
                node("Root", batches, 0.0),
                replace(node("Map", 32 * batches, 0.001 * batches), key=opener),
                replace(node("Map", 32 * batches, 0.001 * batches), key=file, branch=True),
            ),
        )

    found = {figure.node.key: figure for figure in figures([files(0, 10), files(10, 110)], 32.0)}
    opener, reader = (one for key, one in found.items() if key != "Root")
    assert opener.s_per_element is not None
    assert opener.capacity_examples_per_s is None
    assert reader.capacity_examples_per_s is None
    assert not any(one.narrowest for one in found.values())
