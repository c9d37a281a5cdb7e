"""Which ceilings belong to which runs, and what is said of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.stages.ceilings import ceiling_key, ceilings_by_key
from core.metrics.catalogue import metric
from core.model.measured.ceilings import Ceilings
from core.model.plan import Part
from core.model.run import Run, RunState
from tests.builders import even_samples, recorded_resources, run_of


def part_of(run: Run, part: Part, examples_per_s: float, **changes: object) -> Run:
    """A part of a run by itself, at so many examples a second."""
    period_s = 32 / examples_per_s
    steps = int(5 / period_s)
    samples = even_samples(steps, 1, wait_s=0.0, busy_s=period_s, host_s=0.0)
    plan = replace(run.plan, part=part, id=f"{part}{examples_per_s}")
    return replace(run, plan=plan, samples=samples, **changes)


def test_both_parts_of_the_same_settings_make_the_ceilings() -> None:
    run = run_of()
    parts = [part_of(run, Part.PIPELINE, 800.0), part_of(run, Part.MODEL, 3200.0)]
    found = ceilings_by_key([run, *parts])[ceiling_key(run.plan)]
    assert found.pipeline_examples_per_s == pytest.approx(800.0)
    assert found.model_examples_per_s == pytest.approx(3200.0)
    assert found.lower_examples_per_s == pytest.approx(800.0)
    assert (found.model_cores, found.cores) == (pytest.approx(1.2), 2)


def test_how_long_and_from_which_seed_a_run_trains_does_not_matter_but_all_else_does() -> None:
    def key(**values: object) -> str:
        return ceiling_key(run_of(values=values).plan)  # type: ignore[arg-type]

    assert key(**{"fit.epochs": 3, "fit.seed": 7}) == key(**{"fit.epochs": 9, "fit.seed": 7})
    assert key(**{"fit.seed": 7}) == key(**{"fit.seed": 8})
    assert key(**{"fit.device": "cpu"}) != key(**{"fit.device": "emulated:20"})
    assert key(**{"prefetch.buffer_size": 1}) != key(**{"prefetch.buffer_size": 2})


def test_one_part_alone_makes_no_ceilings_and_neither_does_one_that_was_stopped() -> None:
    run = run_of()
    pipeline, model = part_of(run, Part.PIPELINE, 800.0), part_of(run, Part.MODEL, 3200.0)
    assert ceilings_by_key([run, pipeline]) == {}
    assert ceilings_by_key([pipeline, replace(model, state=RunState.STOPPED)]) == {}
    assert ceilings_by_key([pipeline, replace(model, environment={"cores": 8})]) == {}


def test_the_latest_measurement_counts() -> None:
    run = run_of()
    parts = [
        part_of(run, Part.PIPELINE, 800.0),
        part_of(run, Part.MODEL, 3200.0),
        part_of(run, Part.PIPELINE, 1600.0),
    ]
    found = ceilings_by_key(parts)[ceiling_key(run.plan)]
    assert found.pipeline_examples_per_s == pytest.approx(1600.0)


def test_what_was_doubtful_about_a_part_is_said_of_the_ceilings() -> None:
    run = run_of()
    crowded = recorded_resources()
    rows = crowded.rows.copy()
    rows[:, 2] += 0.6 * rows[:, 0]
    parts = [
        part_of(run, Part.PIPELINE, 800.0, resources=replace(crowded, rows=rows)),
        part_of(run, Part.MODEL, 3200.0),
    ]
    said = ceilings_by_key(parts)[ceiling_key(run.plan)].sentences()
    assert said[-1].startswith("While the pipeline alone was measured: Other programs kept")


def test_where_both_need_the_same_cores_it_says_so_and_by_how_much() -> None:
    # 1 core for 1000/s and 1.5 cores for 2000/s: at 1000/s 1.75 of 2 cores, of 1 core 43 % less.
    both = Ceilings(1000.0, 2000.0, 1.0, 1.5, cores=2)
    assert both.wanted_cores == pytest.approx(1.75)
    assert both.contended_examples_per_s is None
    assert "1.8 of 2 cores there: the CPU is enough" in " ".join(both.sentences())
    tight = replace(both, cores=1)
    assert tight.contended_examples_per_s == pytest.approx(1000 / 1.75)
    assert "They contend for the CPU" in " ".join(tight.sentences())
    assert "571 examples/s can be expected, 43 % less" in " ".join(tight.sentences())


def test_without_readings_of_the_cpu_nothing_is_claimed_of_it() -> None:
    said = Ceilings(1000.0, 2000.0).sentences()
    assert " ".join(said[0].split()) == (
        "Ceilings: the model alone 1 000, the pipeline alone 2 000 examples/s (timed in the "
        "loop): the model limits."
    )
    assert "upper bound" in said[1]
    assert said[2] == "Whether the two contend for the CPU was not measured."


def test_the_share_of_the_lower_ceiling_is_a_figure_of_the_run() -> None:
    run = run_of(ceilings=Ceilings(9000.0, 1000.0))
    throughput = metric("throughput_examples_per_s").of(run).value
    assert throughput is not None
    share = metric("share_of_ceiling_percent").of(run)
    assert share.value == pytest.approx(throughput / 10)
    assert share.unit == "%"
    assert metric("share_of_ceiling_percent").of(run_of()).value is None


def test_what_was_emulated_in_either_part_is_said_with_the_figures() -> None:
    run = run_of()
    prepared = run.prepared
    assert prepared is not None
    storage = replace(prepared, emulations=("emulated storage 20 ms",))
    device = replace(prepared, emulations=("emulated accelerator 5 ms",))
    parts = [
        part_of(run, Part.PIPELINE, 800.0, prepared=storage),
        part_of(run, Part.MODEL, 3200.0, prepared=device),
    ]
    said = ceilings_by_key(parts)[ceiling_key(run.plan)].sentences()[0]
    assert "timed in the loop, emulated accelerator 5 ms and storage 20 ms" in said


def test_a_pipeline_alone_has_no_device_that_could_be_busy_or_idle() -> None:
    part = part_of(run_of(), Part.PIPELINE, 800.0)
    for key in ("device_idle_percent", "device_busy_s_per_step"):
        assert metric(key).of(part).text() == (
            "not measured (no device took part: the pipeline ran alone)"
        )
