from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.doubts.catalogue import doubts
from core.analysis.findings.advice import what_to_try_first
from core.metrics.catalogue import metric
from core.model.kinds import Value
from core.model.quantity import emulated_in_all, emulated_words
from core.model.run import Run
from tests.builders import even_samples, run_of


def run_with(
    busy_ms: float, device: str = "emulated:10", often: float = 1.0, **values: Value
) -> Run:
    """A run whose steps take so long, but for a share of them that takes what is emulated."""
    samples = even_samples(200, 1, wait_s=0.0001, busy_s=busy_ms / 1e3, host_s=0.0001)
    short = np.arange(200) % 10 >= 10 * often
    done_s = np.where(short, samples.ready_s + 0.01, samples.done_s)
    run = run_of(
        replace(samples, done_s=done_s),
        values={"fit.device": device, **values},
        emulations=("emulated accelerator 10 ms", "emulated storage 5 ms"),
    )
    return run


def test_a_step_that_is_longer_than_the_emulated_one_is_said_beside_every_number() -> None:
    run = run_with(18.0)
    words = "emulated accelerator 10 ms, exceeded: the model's own step takes 18 ms on this CPU"
    assert run.emulations == (words, "emulated storage 5 ms")
    assert metric("input_wait_percent").of(run).provenance() == (
        "timed in the loop, emulated accelerator 10 ms and storage 5 ms, exceeded: the model's own "
        "step takes 18 ms on this CPU"
    )


@pytest.mark.parametrize(
    ("busy_ms", "device", "often", "said"),
    [
        (12.0, "emulated:10", 1.0, ""),
        # A busy machine wakes up late: a short emulated step says nothing of the model's own.
        (2.2, "emulated:1", 1.0, ""),
        (18.0, "emulated:10", 0.1, ""),
        (18.0, "cpu", 1.0, ""),
        (
            18.0,
            "emulated:10",
            0.5,
            "exceeded in 50 % of the steps: the model's own step takes",
        ),
        (23_000.0, "emulated:10", 1.0, "exceeded: the model's own step takes 23 s"),
    ],
)
def test_only_steps_that_are_longer_for_good_exceed_the_emulation(
    busy_ms: float, device: str, often: float, said: str
) -> None:
    found = run_with(busy_ms, device, often).exceeded
    assert (said in found.words) if said and found else found is None


@pytest.mark.parametrize(
    ("values", "remedy"),
    [
        ({"model.stand_in": False}, "Train the stand-in model (--stand-in), or emulate more than"),
        ({"model.stand_in": True}, "Emulate more than 18 ms."),
        ({}, "Emulate more than 18 ms."),
    ],
)
def test_what_then_says_nothing_about_the_pipeline_is_a_doubt(
    values: dict[str, Value], remedy: str
) -> None:
    run = run_with(18.0, **values)
    (text,) = [doubt.text for doubt in doubts(run) if doubt.key == "emulation_exceeded"]
    assert "the model's own step takes 18 ms" in text
    assert remedy in text
    # A short wait beside a step that is too long is no reason to leave the pipeline alone.
    advice = what_to_try_first(run)
    assert "not what to work on" not in advice
    assert "exceeded" in advice
    assert "not what to work on" in what_to_try_first(run_with(10.0, **values))


def test_several_runs_say_once_what_was_exceeded() -> None:
    each = [run_with(ms).emulations for ms in (10.0, 18.0, 19.0)]
    assert emulated_in_all(each) == each[1]
    assert "exceeded" not in emulated_words(emulated_in_all(each[:1]))
