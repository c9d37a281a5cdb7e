"""What to try first says no more than a run's own numbers do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.analysis.findings import findings
from core.analysis.findings.advice import what_to_try_first
from core.model.measured.ceilings import Ceilings
from core.model.plan import Part
from core.model.run import Run
from core.workloads.catalogue import workload
from tests.builders import even_samples, run_of

NAIVE = workload("augmented").chain.defaults()
FOUND = findings(NAIVE)
TUNED = NAIVE.with_values({"prefetch.buffer_size": 2, "map.num_parallel_calls": 2})


def run(
    wait_s: float = 0.03,
    busy_s: float = 0.01,
    host_s: float = 0.0005,
    turnaround_s: float = 0.001,
    ceilings: Ceilings | None = None,
    device: str = "emulated:10",
) -> Run:
    samples = even_samples(
        100, wait_s=wait_s, busy_s=busy_s, host_s=host_s, turnaround_s=turnaround_s
    )
    values = {**NAIVE, "fit.device": device}
    emulated = ("emulated accelerator 10 ms",) if device.startswith("emulated") else ()
    return run_of(samples, values=values, ceilings=ceilings, emulations=emulated)


def test_the_wait_is_told_with_source_and_what_its_end_could_bring() -> None:
    said = what_to_try_first(run(), FOUND)
    assert "In run 1 the model waited for input for 74.1 % of the time (timed in the loop, " in said
    assert "emulated accelerator 10 ms)" in said
    assert "3.86 times as high" in said
    assert "the ceilings would tell" in said
    assert said.count("Try first:") == 1
    assert "set prefetch.buffer_size=autotune" in said


def test_a_pipeline_that_is_fast_enough_alone_has_to_overlap() -> None:
    said = what_to_try_first(run(ceilings=Ceilings(3000.0, 4000.0)), FOUND)
    assert "Alone the pipeline delivers 4\N{NARROW NO-BREAK SPACE}000 examples/s" in said
    assert "does not overlap" in said
    assert "set prefetch.buffer_size=autotune" in said


def test_a_pipeline_that_is_too_slow_alone_has_to_become_faster_itself() -> None:
    said = what_to_try_first(run(ceilings=Ceilings(3000.0, 900.0)), FOUND)
    assert "Also alone the pipeline delivers 900 examples/s where the model could take" in said
    assert "set map.num_parallel_calls=autotune" in said
    assert "prefetch" not in said


def test_where_nothing_was_found_nothing_is_proposed() -> None:
    of_prefetch = [one for one in findings(TUNED) if one.about_time]
    said = what_to_try_first(run(ceilings=Ceilings(3000.0, 4000.0)), of_prefetch)
    assert "Try first" not in said


def test_cores_that_both_need_are_told_of_where_they_were_measured() -> None:
    both = Ceilings(3000.0, 4000.0, model_cores=1.9, pipeline_cores=1.9, cores=2)
    assert "or both need the same cores" in what_to_try_first(run(ceilings=both))
    assert "same cores" not in what_to_try_first(run(ceilings=replace(both, cores=16)))


def test_a_short_wait_is_no_reason_to_work_on_the_pipeline() -> None:
    said = what_to_try_first(run(wait_s=0.0002), FOUND)
    assert "the pipeline is not what to work on" in said
    assert "Nearly all of the time is the train step" in said
    assert "Try first" not in said


def test_host_time_and_turnaround_are_told_apart() -> None:
    host = what_to_try_first(run(wait_s=0.0002, host_s=0.005))
    assert "Keras and Python take 3" in host
    assert "fit.steps_per_execution" in host
    epochs = what_to_try_first(run(wait_s=0.0002, turnaround_s=2.0))
    assert "Between epochs" in epochs


def test_on_a_gpu_it_says_what_the_loop_cannot_see() -> None:
    said = what_to_try_first(run(device="gpu:0"))
    assert "the training loop waited" in said
    assert "only queued on a GPU" in said
    little = what_to_try_first(run(wait_s=0.0002, device="gpu:0"))
    assert "train step" not in little


def test_a_run_that_measured_nothing_says_why() -> None:
    none = replace(run(), samples=even_samples(0, 0))
    assert what_to_try_first(none) == (
        "run 1 says nothing about what limits it: not measured (no step was trained)."
    )


def test_a_part_alone_is_no_training() -> None:
    one = run()
    alone = replace(one, plan=replace(one.plan, part=Part.PIPELINE))
    assert "it cannot say" in what_to_try_first(alone)


def test_a_doubt_about_the_figures_comes_along() -> None:
    one = run()
    short = replace(one, samples=even_samples(20, 1))
    assert "Mind the doubt about these figures: Only 10 steady steps" in what_to_try_first(short)
    assert np.isfinite(one.samples.done_s).all()
    assert "Mind the doubt" not in what_to_try_first(one)
