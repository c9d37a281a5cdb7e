"""Executed stages of several runs stand at the written stage that they come from."""

from __future__ import annotations

from dataclasses import replace

from core.analysis.side_by_side.stages import NARROWEST, StageLine, stage_lines
from core.analysis.stages.columns import LEFT_OUT, NOT_PUT_IN, NOT_SHOWN, NOT_THERE, UNKNOWN
from core.model.chain import recorded
from core.model.kinds import Value
from core.model.measured.executed import NodeReading, PipelineReading
from core.model.run import Run
from tests.builders import even_samples, run_of

BATCH = 32

Node = tuple[str, int, float, float | None, float | None]
"""Name, elements a batch, seconds of work a batch, parallel calls, room in the buffer."""

SOURCE: Node = ("TensorSlice", BATCH, 0.0001, None, None)
MAP: Node = ("Map", BATCH, 0.032, None, None)
FOUR_CALLS: Node = ("ParallelMapV2", BATCH, 0.064, 4.0, 4.0)
BATCHED: Node = ("BatchV2", 1, 0.001, None, None)
FUSED: Node = ("MapAndBatch", 1, 0.032, 2.0, 2.0)
SHUFFLE: Node = ("Shuffle", BATCH, 0.001, None, 100.0)
PREFETCH: Node = ("Prefetch", 1, 0.00001, None, 2.0)


def run_with(number: int, *nodes: Node, batch: int = BATCH, **values: Value) -> Run:
    """A run of ``npz_shards`` whose pipeline has these nodes, that nearest to ``fit`` first."""
    knobs = {key.replace("__", "."): value for key, value in values.items()}
    run = run_of(
        even_samples(100, batch=batch),
        number=number,
        workload="npz_shards",
        values={"interleave.enabled": True, **knobs},
        emulations=("emulated accelerator 20 ms",),
    )
    return replace(run, pipeline=tuple(_reading(at, at * 50, nodes) for at in (1, 2)))


def _reading(at_s: float, batches: int, nodes: tuple[Node, ...]) -> PipelineReading:
    names = ["Root", *(node[0] for node in nodes)]
    found = [NodeReading("Root", "Root", 0, False, 1, batches, 0.0, 0, 0, None, None, False)]
    for depth, (name, per_batch, work_s, calls, room) in enumerate(nodes, start=1):
        key = "/".join(names[: depth + 1])
        ready = 0 if room is None else 1
        found.append(
            NodeReading(
                key, name, depth, False, 1, per_batch * batches, work_s * batches, ready, 0,
                calls, room, False,
            )
        )  # fmt: skip
    return PipelineReading(at_s, tuple(found))


INTERLEAVE: Node = ("Interleave", BATCH, 0.002, None, None)
PLAIN = (BATCHED, MAP, INTERLEAVE, SOURCE)


def plain(number: int = 1) -> Run:
    return run_with(number, *PLAIN)


def line(lines: tuple[StageLine, ...], stage: str, label: str = "") -> StageLine:
    return next(one for one in lines if (one.stage, one.label) == (stage, label))


def texts(found: StageLine) -> tuple[str, ...]:
    return tuple(cell.text for cell in found.cells)


def stages(lines: tuple[StageLine, ...]) -> list[str]:
    return list(dict.fromkeys(one.stage for one in lines if one.stage))


def test_stages_stand_in_the_order_of_the_data_and_what_one_run_adds_in_between() -> None:
    other = run_with(
        2, PREFETCH, BATCHED, SHUFFLE, *PLAIN[1:],
        prefetch__buffer_size=2, shuffle__buffer_size=100,
    )  # fmt: skip
    lines = stage_lines((plain(), other))
    assert stages(lines) == ["source", "interleave", "map", "shuffle", "batch", "prefetch"]
    assert texts(line(lines, "shuffle")) == (NOT_THERE, "Shuffle")
    assert line(lines, "shuffle").differs
    assert not line(lines, "batch").differs
    assert line(lines, "shuffle").cells[0].missing


def test_figures_of_the_same_stage_have_their_difference_to_the_first_run() -> None:
    parallel = run_with(2, BATCHED, FOUR_CALLS, INTERLEAVE, SOURCE, map__num_parallel_calls=4)
    lines = stage_lines((plain(), parallel))
    assert texts(line(lines, "map")) == ("Map", "ParallelMapV2")
    assert texts(line(lines, "map", "time per element (ms)")) == (
        "1.00 an example",
        "2.00 an example  (100 % more)",
    )
    assert texts(line(lines, "map", "parallel calls")) == ("sequential", "4")
    assert line(lines, "map", "parallel calls").differs
    capacity = line(lines, "map", "capacity (examples/s)")
    assert texts(capacity)[1].endswith("  (100 % more)")
    assert not capacity.differs


def test_every_figure_says_its_source_and_what_was_emulated() -> None:
    found = line(stage_lines((plain(), plain(2))), "map", "time per element (ms)")
    assert found.cells[1].more == (
        "Map: 1.00 ms an example\nperformance model, emulated accelerator 20 ms"
    )


def test_stages_that_were_fused_are_not_compared_with_those_that_were_not() -> None:
    fused = run_with(2, FUSED, INTERLEAVE, SOURCE, options__rewrites="tensorflow_default")
    lines = stage_lines((plain(), fused))
    assert texts(line(lines, "map")) == ("Map", "MapAndBatch (fused: map + batch)")
    assert texts(line(lines, "batch")) == ("BatchV2", "in MapAndBatch")
    # Its element is a batch, that of the other an example.
    assert texts(line(lines, "map", "time per element (ms)")) == (
        "1.00 an example",
        "32.0 a batch of 32",
    )
    assert "(" not in texts(line(lines, "map", "capacity (examples/s)"))[1]
    assert texts(line(lines, "batch", "time per element (ms)"))[1] == "–"
    assert "run as one asynchronous MapAndBatch" in line(lines, "batch").cells[1].more


def test_times_of_elements_of_another_size_are_not_compared() -> None:
    large = run_with(
        2, *((name, 1 if name == "BatchV2" else 64, *rest) for name, _, *rest in PLAIN),
        batch=64, batch__batch_size=64,
    )  # fmt: skip
    lines = stage_lines((plain(), large))
    assert texts(line(lines, "batch", "time per element (ms)")) == (
        "1.00 a batch of 32",
        "1.00 a batch of 64",
    )
    assert "100 % more" in texts(line(lines, "batch", "capacity (examples/s)"))[1]


def test_runs_of_other_workloads_get_no_difference() -> None:
    other = replace(plain(2), plan=replace(plain(2).plan, workload="jpeg_tfrecord"))
    found = line(stage_lines((plain(), other)), "batch", "capacity (examples/s)")
    assert "(" not in found.cells[1].text


def test_what_tensorflow_put_in_and_left_out_is_said() -> None:
    injected = run_with(2, PREFETCH, *PLAIN, options__rewrites="tensorflow_default")
    left_out = run_with(3, *PLAIN, shuffle__buffer_size=100)
    lines = stage_lines((plain(), injected, left_out))
    put_in = line(lines, "Prefetch, put in behind batch")
    assert texts(put_in) == (NOT_PUT_IN, "Prefetch (put in)", NOT_PUT_IN)
    assert "that was not written" in put_in.cells[1].more
    assert texts(line(lines, "shuffle")) == (NOT_THERE, NOT_THERE, LEFT_OUT)
    assert (
        stages(lines).index("map") < stages(lines).index("shuffle") < stages(lines).index("batch")
    )


def test_stages_that_a_reading_does_not_show_any_more_are_not_called_left_out() -> None:
    drained = run_with(2, BATCHED, SHUFFLE, shuffle__buffer_size=100)
    lines = stage_lines((plain(), drained))
    assert texts(line(lines, "source")) == ("TensorSlice", NOT_SHOWN)
    assert texts(line(lines, "interleave")) == ("Interleave", NOT_SHOWN)


def test_the_narrowest_stage_of_each_run_comes_first() -> None:
    parallel = run_with(
        2, ("BatchV2", 1, 0.02, None, None), FOUR_CALLS, INTERLEAVE, SOURCE,
        map__num_parallel_calls=4,
    )  # fmt: skip
    first = stage_lines((plain(), parallel))[0]
    assert first.label == NARROWEST
    assert first.cells[0].text.startswith("map: at most 1")
    assert first.cells[1].text.startswith("batch: at most 1")
    assert first.differs
    assert "performance model" in first.cells[0].more


def test_a_run_without_readings_says_why_and_is_no_difference() -> None:
    silent = replace(plain(2), pipeline=())
    lines = stage_lines((plain(), silent))
    assert texts(line(lines, "map")) == ("Map", UNKNOWN)
    assert "TensorFlow told nothing" in line(lines, "map").cells[1].more
    assert not any(one.differs for one in lines)
    assert [stage_line.label for stage_line in stage_lines((silent, silent))] == [NARROWEST]


def test_a_run_whose_workload_is_gone_says_so() -> None:
    gone = replace(plain(2), plan=replace(plain(2).plan, workload="gone", settings=recorded({})))
    found = stage_lines((plain(), gone))[0].cells[1]
    assert found.text == UNKNOWN
    assert "does not exist any more" in found.more
