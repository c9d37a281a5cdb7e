"""What runs and comparisons showed of findings: exactly these settings, exactly this change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from core.analysis.comparisons.comparison import comparison_of
from core.analysis.findings import Finding, Severity, findings
from core.analysis.findings.measured import Records, with_measured
from core.model.experiment import Experiment
from core.model.kinds import Value
from core.model.measured.executed import NodeReading, PipelineReading
from core.model.run import Run, RunState
from core.model.turn import ExperimentKind
from core.workloads.catalogue import workload
from tests.builders import even_samples, known_settings, run_of

SETTINGS = (
    workload("augmented")
    .chain.defaults()
    .with_values({"fit.device": "emulated:10", "map.num_parallel_calls": 2})
)
EMULATED = ("emulated accelerator 10 ms",)
PREFETCHED = {"prefetch.buffer_size": "autotune"}


def run(number: int = 1, *, wait_s: float = 0.03, state: RunState = RunState.DONE,
        readings: bool = False, **changes: Value) -> Run:  # fmt: skip
    values = dict(SETTINGS.with_values({k.replace("__", "."): v for k, v in changes.items()}))
    made = run_of(
        even_samples(100, wait_s=wait_s),
        number=number,
        workload="augmented",
        values=values,
        state=state,
        emulations=EMULATED,
    )
    return replace(made, pipeline=(_reading(1, 10), _reading(2, 60))) if readings else made


def _reading(at_s: float, batches: int) -> PipelineReading:
    names = ("Root", "BatchV2", "ParallelMapV2", "Zip", "TensorSlice")
    each = {"ParallelMapV2": (32, 0.002), "Zip": (32, 0.0), "TensorSlice": (32, 0.0)}
    nodes = []
    for depth, name in enumerate(names):
        per_batch, work_s = each.get(name, (1, 0.001))
        elements, key = batches * per_batch, "/".join(names[: depth + 1])
        calls = 2.0 if name == "ParallelMapV2" else None
        reading = NodeReading(
            key, name, depth, False, 1, elements, elements * work_s, 0, 0, calls, None, False
        )
        nodes.append(reading)
    return PipelineReading(at_s, tuple(nodes))


def measured(records: Records, key: str = "no_prefetch") -> Finding:
    every = with_measured(findings(SETTINGS), SETTINGS, records)
    return next(one for one in every if one.key == key)


def compared(
    a: Mapping[str, Value],
    b: Mapping[str, Value],
    waits_s: tuple[float, float],
    repeats: int = 3,
    missing: int = 0,
) -> Records:
    """Records of a comparison of two settings, each of which waits so long for a batch."""
    sides = (SETTINGS.with_values(a), SETTINGS.with_values(b))
    experiment = Experiment(ExperimentKind.COMPARISON, "augmented", sides, repeats, name="my test")
    runs = {}
    for repeat in range(repeats):
        for which, wait_s in enumerate(waits_s):
            one = run(1 + 2 * repeat + which, wait_s=wait_s * (1 + 0.01 * repeat))
            one = replace(
                one,
                plan=replace(one.plan, settings=known_settings(one.plan.workload, sides[which])),
            )
            runs[repeat, which] = one
    for place in list(runs)[len(runs) - missing :]:
        del runs[place]
    return Records("augmented", (), ((experiment, comparison_of(experiment, runs)),))


def test_where_nothing_was_measured_nothing_is_said() -> None:
    assert measured(Records("augmented")).measured is None


def test_the_wait_is_that_of_the_last_run_with_these_very_settings() -> None:
    records = Records("augmented", (run(1, wait_s=0.01), run(2), run(3, prefetch__buffer_size=2)))
    found = measured(records).measured
    assert found is not None
    assert found.run == "run 2"
    (said,) = found.sentences()
    assert said.startswith("In run 2 the model waited for input for 6")
    assert "(timed in the loop, emulated accelerator 10 ms)" in said


@pytest.mark.parametrize(
    "other",
    [
        run(state=RunState.STOPPED),
        run(map__num_parallel_calls=4),
        run(fit__device="cpu"),
        replace(run(), plan=replace(run().plan, workload="npz_shards")),
    ],
)
def test_runs_of_other_settings_or_that_were_not_done_say_nothing(other: Run) -> None:
    assert measured(Records("augmented", (other,))).measured is None


def test_how_long_a_run_was_and_its_seed_make_no_other_settings() -> None:
    assert measured(Records("augmented", (run(fit__epochs=9, fit__seed=7),))).measured is not None


def test_the_time_of_the_stage_comes_from_the_performance_model() -> None:
    settings = SETTINGS.with_values({"map.num_parallel_calls": 64})
    one = run(readings=True, map__num_parallel_calls=64)
    (many,) = (
        finding
        for finding in with_measured(
            findings(settings, cores=2), settings, Records("augmented", (one,))
        )
        if finding.key == "too_many_calls"
    )
    assert many.measured is not None
    assert many.measured.sentences()[-1] == (
        "In run 1 map took 2.00 ms an element (performance model, emulated accelerator 10 ms)."
    )


def test_a_stage_that_is_only_where_something_is_missing_has_no_time() -> None:
    found = measured(Records("augmented", (run(readings=True),))).measured
    assert found is not None
    assert found.time_per_element is None


def test_a_doubt_about_the_run_comes_with_its_figures() -> None:
    one = run()
    short = replace(one, samples=even_samples(20, 1))
    found = measured(Records("augmented", (short,))).measured
    assert found is not None
    assert "The figures of run 1 are doubtful: Only 10 steady steps" in found.sentences()[-1]


def test_what_is_about_the_training_is_given_no_figure_of_time() -> None:
    settings = SETTINGS.with_values({"cache.where": "memory"})
    of_cache = run(cache__where="memory")
    every = with_measured(findings(settings), settings, Records("augmented", (of_cache,)))
    (one,) = (one for one in every if one.key == "cache_of_random")
    assert one.measured is None


def test_a_comparison_of_exactly_the_change_gives_its_ratio_and_its_interval() -> None:
    one = measured(compared({}, PREFETCHED, (0.03, 0.005)))
    assert one.measured is not None
    assert one.measured.effect is not None
    assert one.measured.effect.verdict == "faster"
    (said,) = one.measured.sentences()
    assert "times as high [" in said
    assert "3 pairs in turn, 95 % confidence" in said
    assert "emulated accelerator 10 ms, my test" in said


def test_a_comparison_the_other_way_round_is_turned_round() -> None:
    there = measured(compared({}, PREFETCHED, (0.03, 0.005))).measured
    back = measured(compared(PREFETCHED, {}, (0.005, 0.03))).measured
    assert there is not None
    assert back is not None
    assert there.effect is not None
    assert back.effect is not None
    assert back.effect.verdict == "faster"
    for name in ("ratio", "low", "high"):
        expected = getattr(there.effect.ratio, name)
        assert getattr(back.effect.ratio, name) == pytest.approx(expected)


@pytest.mark.parametrize(
    "records",
    [
        compared({}, {"prefetch.buffer_size": 2}, (0.03, 0.005)),
        compared({}, {**PREFETCHED, "map.num_parallel_calls": 4}, (0.03, 0.005)),
        compared({"batch.batch_size": 64}, {**PREFETCHED, "batch.batch_size": 64}, (0.03, 0.005)),
        compared({}, PREFETCHED, (0.03, 0.005), missing=1),
        replace(compared({}, PREFETCHED, (0.03, 0.005)), workload="npz_shards"),
    ],
)
def test_another_change_other_settings_or_an_unfinished_comparison_say_nothing(
    records: Records,
) -> None:
    one = measured(records)
    assert one.measured is None


def test_what_was_measured_decides_how_grave_it_is() -> None:
    assert measured(Records("augmented")).severity is Severity.COSTLY
    assert measured(compared({}, PREFETCHED, (0.03, 0.005))).severity is Severity.COSTLY
    assert measured(compared({}, PREFETCHED, (0.03, 0.03))).severity is Severity.HINT
    sequential = SETTINGS.with_values({"map.num_parallel_calls": "off"})
    before = next(one for one in findings(sequential) if one.key == "sequential_map")
    assert before.severity is Severity.HINT
    records = compared(
        {"map.num_parallel_calls": "off"}, {"map.num_parallel_calls": "autotune"}, (0.03, 0.005)
    )
    after = with_measured(findings(sequential), sequential, records)
    assert next(one for one in after if one.key == "sequential_map").severity is Severity.COSTLY
