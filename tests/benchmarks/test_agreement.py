from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.agreement import Waits

ALIKE = Waits(
    steps=60,
    step_s=0.03,
    loop_s=0.02,
    trace_s=0.0195,
    model_s=0.0192,
    hand_over_s=0.0003,
    worst_step_s=0.001,
    too_early=0,
)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, "10 %"),
        ({"trace_s": 0.0175}, ""),
        ({"model_s": 0.0165}, ""),
        (
            {"loop_s": 0.0003, "trace_s": 0.00025, "model_s": 0.0001, "hand_over_s": 0.00014},
            "0.1 ms",
        ),
        ({"loop_s": 0.0005, "trace_s": 0.00025, "model_s": 0.0001, "hand_over_s": 0.00014}, ""),
        ({"too_early": 1}, ""),
    ],
)
def test_all_three_agree_or_the_row_says_no(changes: dict[str, float], rule: str) -> None:
    assert replace(ALIKE, **changes).rule() == rule  # type: ignore[arg-type]


def test_loop_and_model_may_not_lie_on_either_side_of_the_trace() -> None:
    """Each within 10 % of the trace is not enough: all pairs must be."""
    assert replace(ALIKE, loop_s=0.0213, model_s=0.0177).rule() == ""
