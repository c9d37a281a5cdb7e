"""Cuts of built-in and of someone's own pipelines, and what short measurements make smaller."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from core.diagnosis.measures.cores import ONE_CORE
from core.diagnosis.measures.cuts import Cut, Cuts, elements_of_all, inputs_per_element
from core.diagnosis.measures.drain import Drained, Pass
from core.diagnosis.measures.stage_times import stage_times
from core.model.measured.executed import NodeReading
from core.pipeline.graph.graph import Node
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.methods import of_kind
from core.user_code.opening import open_user_code
from core.workloads.in_memory import InMemory
from core.workloads.workload import Workload

pytestmark = pytest.mark.e2e


def measured(workload: Workload, folder: Path, **changes: object) -> tuple[Cuts, list[Cut]]:
    named = {key.replace("__", "."): value for key, value in changes.items()}
    settings = workload.chain.defaults().with_values(named)
    folder.mkdir(exist_ok=True)
    data = workload.source_data(folder, settings, folder)
    workload.prepare(data, settings, lambda fraction, text: None)
    with workload.running():
        graph = graph_of(settings, examples=workload.count(settings, data))
        cuts = Cuts(workload, settings, data, graph, lambda: False, pace=0.2)
        return cuts, list(cuts.measure())


def of_code(folder: Path, text: str) -> Workload:
    file = folder / "mine.py"
    file.write_text("import tensorflow as tf\n" + textwrap.dedent(text), encoding="utf-8")
    return open_user_code(f"{file}:make_dataset")


def test_a_built_in_pipeline_is_cut_behind_each_stage_that_does_something(tmp_path: Path) -> None:
    _, cuts = measured(InMemory(), tmp_path / "data", batch__batch_size=16)
    assert [cut.node.key for cut in cuts] == ["source", "batch"]
    assert all(cut.rate.elements_per_s for cut in cuts)


def test_a_stop_blames_no_stage_for_what_was_not_measured(tmp_path: Path) -> None:
    workload, asked = InMemory(), 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 1

    settings = workload.chain.defaults()
    data = workload.source_data(tmp_path, settings, tmp_path)
    workload.prepare(data, settings, lambda fraction, text: None)
    with workload.running():
        graph = graph_of(settings, examples=workload.count(settings, data))
        assert not list(Cuts(workload, settings, data, graph, cancelled).measure())


def test_own_code_is_cut_with_its_lines_also_inside_interleave(tmp_path: Path) -> None:
    code = of_code(
        tmp_path,
        """
        def make_dataset():
            data = tf.data.Dataset.range(8)
            data = data.interleave(
                lambda n: tf.data.Dataset.range(50).map(lambda x: (tf.fill([4], x), 0))
            )
            return data.batch(10).prefetch(1)
        """,
    )
    _, found = measured(code, tmp_path / "scratch")
    assert [(cut.node.key, cut.rate.line, cut.rate.inside) for cut in found] == [
        ("range[1]", 4, ""),
        ("interleave", 5, ""),
        ("range[2]", 6, "interleave"),
        ("map", 6, "interleave"),
        ("batch", 8, ""),
        ("prefetch", 8, ""),
    ]
    assert all(cut.rate.elements_per_s for cut in found), [cut.rate.note for cut in found]
    graph = graph_of(code.chain.defaults())
    times = stage_times(graph, found, 10.0)
    batch = times.rate("batch")
    assert batch is not None
    assert batch.examples_per_s == pytest.approx(10 * (batch.elements_per_s or 0))
    assert times.pipeline_examples_per_s


def test_branches_of_a_zip_in_a_function_are_cut_one_by_one(tmp_path: Path) -> None:
    code = of_code(
        tmp_path,
        """
        def pairs(x, y):
            return tf.data.Dataset.zip((x.batch(4), y.batch(4)))
        def features(window):
            return tf.data.Dataset.zip({name: window[name].batch(4) for name in "ab"})
        def make_dataset():
            data = tf.data.Dataset.from_tensor_slices((tf.zeros([80]), tf.ones([80, 3])))
            data = data.window(4, drop_remainder=True).flat_map(pairs)
            data = data.map(lambda x, y: {"a": x, "b": x}).unbatch().window(4)
            return data.flat_map(features).batch(2)
        """,
    )
    _, found = measured(code, tmp_path / "scratch")
    notes = {cut.node.key: cut.rate.note for cut in found}
    several = notes.pop("batch[3]")
    assert "flat_map[features] makes this call 2 times" in several
    assert not any(notes.values()), notes
    sizes = {cut.node.key: cut.rate.element_bytes for cut in found}
    assert (sizes["batch[1]"], sizes["batch[2]"], sizes["zip[1]"]) == (16, 48, 64)


def test_what_needs_long_to_fill_is_made_smaller(tmp_path: Path) -> None:
    code = of_code(
        tmp_path,
        """
        import time
        def slow(x):
            time.sleep(0.004)
            return x
        def make_dataset():
            data = tf.data.Dataset.range(10**6)
            data = data.map(lambda x: tf.numpy_function(slow, [x], tf.int64))
            data = data.map(lambda x: (tf.fill([2], tf.ensure_shape(x, [])), 0))
            return data.shuffle(10**5).cache().batch(4)
        """,
    )
    cuts, found = measured(code, tmp_path / "scratch")
    assert all(cut.rate.elements_per_s for cut in found), [cut.rate.note for cut in found]
    assert cuts.shortening.cached is not None
    assert cuts.shortening.cached < 1000
    assert cuts.shortening.buffers["shuffle.buffer_size"] < 10**5
    rates = {cut.node.key: cut.rate for cut in found}
    # Behind the cache, which is full, the narrow map is no longer seen.
    assert (rates["cache"].elements_per_s or 0) > 3 * (rates["shuffle"].elements_per_s or 0)
    assert rates["cache"].filling_elements_per_s == rates["shuffle"].elements_per_s


def test_a_cache_that_is_not_read_to_its_end_keeps_nothing(tmp_path: Path) -> None:
    code = of_code(
        tmp_path,
        """
        import time
        def slow(x):
            time.sleep(0.004)
            return x
        def make_dataset():
            data = tf.data.Dataset.range(200)
            data = data.map(lambda x: tf.numpy_function(slow, [x], tf.int64))
            data = data.map(lambda x: (tf.fill([2], tf.ensure_shape(x, [])), 0))
            return data.cache().take(40).batch(4)
        """,
    )
    _, found = measured(code, tmp_path / "scratch")
    assert found[-1].node.key == "batch"
    settings = code.chain.defaults()
    times = stage_times(graph_of(settings), found, 4.0)
    assert (times.narrow and times.narrow.stage, times.idle) == ("map[1]", frozenset())
    # It cannot be faster than its waits.
    assert (times.pipeline_examples_per_s or 0) <= 250.0


def test_what_is_repeated_from_one_element_is_measured_with_its_repeat(tmp_path: Path) -> None:
    code = of_code(
        tmp_path,
        """
        def make_dataset():
            series = tf.data.Dataset.from_tensors(tf.zeros([100])).repeat()
            return tf.data.Dataset.zip(tf.data.Dataset.range(10**5), series).batch(10)
        """,
    )
    _, found = measured(code, tmp_path / "scratch")
    rates = {cut.node.key: cut.rate.elements_per_s or 0 for cut in found}
    assert rates["from_tensors"] > rates["zip"] / 2
    assert next(cut for cut in found if cut.node.key == "from_tensors").elements == 1


def test_the_persons_own_cache_file_is_never_written(tmp_path: Path) -> None:
    code = of_code(
        tmp_path,
        """
        import os
        HERE = os.path.dirname(__file__)
        def make_dataset():
            return tf.data.Dataset.range(50).map(lambda x: (tf.fill([2], x), 0)).cache(
                os.path.join(HERE, "kept")
            ).batch(5)
        """,
    )
    measured(code, tmp_path / "scratch")
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("kept")] == []


FAILS = """
    made = []
    def fails(x):
        made.append(x)
        if {when}:
            raise OSError("no such table")
        return x
    def make_dataset():
        data = tf.data.Dataset.range(40)
        data = data.map(lambda x: tf.py_function(fails, [x], tf.int64))
        return data.batch(4)
    """


@pytest.mark.parametrize(
    ("when", "note"),
    [
        ("len(made) == 1", ""),
        ("True", "not measured: A Python function in the pipeline raised OSError: no such table"),
    ],
)
def test_what_fails_once_is_measured_all_the_same(tmp_path: Path, when: str, note: str) -> None:
    code = of_code(tmp_path, FAILS.format(when=when))
    _, found = measured(code, tmp_path / "scratch")
    mapped = next(cut.rate for cut in found if cut.node.key == "map")
    assert mapped.note.startswith(note)
    assert bool(mapped.elements_per_s) is not bool(note)


def test_several_calls_of_python_are_measured_beside_one(tmp_path: Path) -> None:
    code = of_code(
        tmp_path,
        """
        import zlib
        text = bytes(1_000_000)
        def lets_go(x):
            zlib.compress(text)  # without Python's lock: more than one core is busy
            return x
        def make_dataset():
            data = tf.data.Dataset.range(40)
            data = data.map(
                lambda x: tf.py_function(lets_go, [x], tf.int64), num_parallel_calls=2
            )
            return data.batch(4)
        """,
    )
    _, found = measured(code, tmp_path / "scratch")
    mapped = next(cut.rate for cut in found if cut.node.key == "map")
    busy = (mapped.cores or 0.0) > ONE_CORE
    assert bool(mapped.one_call_elements_per_s) is busy


def test_a_generator_that_can_be_read_only_once_says_so(tmp_path: Path) -> None:
    code = of_code(
        tmp_path,
        """
        once = iter(range(40))
        def make_dataset():
            data = tf.data.Dataset.from_generator(lambda: once, output_signature=tf.TensorSpec([]))
            return data.map(lambda x: (tf.fill([2], x), 0)).batch(4)
        """,
    )
    _, found = measured(code, tmp_path / "scratch")
    notes = [cut.rate.note for cut in found if cut.rate.elements_per_s is None]
    assert notes
    assert all("only once" in note for note in notes)


@pytest.mark.parametrize(
    ("files", "taken", "complete", "elements"),
    [
        (1000, 116, False, 20_000),
        (1000, 40, False, None),
        (None, 116, False, None),
        (9, 2, True, 2000),
    ],
)
def test_elements_of_an_epoch_follow_from_how_many_of_its_files_came(
    files: int | None, taken: int, complete: bool, elements: int | None
) -> None:
    """Of the files that were taken 16 may not be at their end."""
    node = Node("flat_map", "flat_map", slots=of_kind("flat_map").slots)
    drained = Drained(
        (Pass(0.1, 1990, 2000, 1.0, 1.0, complete),),
        nodes=(
            _reading("Root", 0, 2000),
            _reading("FlatMap", 1, 2000),
            _reading("TensorSlice", 2, taken),
        ),
    )
    assert elements_of_all(node, files, drained) == elements


def test_a_filter_in_a_function_takes_what_all_of_its_datasets_took() -> None:
    node = Node("filter", "filter", inside="interleave", slots=of_kind("filter").slots)
    read = (
        _reading("Root", 0, 288),
        _reading("ParallelInterleaveV4", 1, 288),
        _reading("TensorSlice", 2, 6),
        _reading("Filter", 2, 300, branch=True),
        _reading("ParallelMapV2", 3, 1800, branch=True),
    )
    assert inputs_per_element(node, read) == 6.0


def _reading(name: str, depth: int, elements: int, *, branch: bool = False) -> NodeReading:
    return NodeReading(name, name, depth, branch, 1, elements, 0.1, 0, 0, None, None, False)
