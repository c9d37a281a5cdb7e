from __future__ import annotations

import pytest

from gui.running.redraw_budget import QUICKEST_S, SHARE, SLOWEST_S, RedrawBudget


def settled(cost_s: float, redraws: int = 60) -> RedrawBudget:
    budget = RedrawBudget()
    for _ in range(redraws):
        budget.spent(cost_s)
    return budget


@pytest.mark.parametrize("cost_s", [0.002, 0.005, 0.012, 0.039])
def test_drawing_takes_its_share_of_the_time_and_no_more(cost_s: float) -> None:
    assert cost_s / settled(cost_s).interval_s <= SHARE * 1.001


def test_cheap_drawing_is_no_reason_to_draw_more_often_than_can_be_seen() -> None:
    assert settled(0.0).interval_s == QUICKEST_S


def test_however_dear_it_is_drawing_never_stops() -> None:
    assert settled(3.0).interval_s == pytest.approx(SLOWEST_S)


def test_one_dear_redraw_does_not_hold_up_those_after_it_for_long() -> None:
    budget = settled(0.005)
    usual_s = budget.interval_s
    budget.spent(0.8)
    assert usual_s < budget.interval_s < SLOWEST_S / 2
    for _ in range(10):
        budget.spent(0.005)
    assert budget.interval_s < 1.2 * usual_s


def test_over_costs_that_jump_about_the_share_is_kept_on_the_whole() -> None:
    budget = RedrawBudget()
    costs_s = [0.004, 0.004, 0.03, 0.004] * 50
    passed_s = 0.0
    for cost_s in costs_s:
        budget.spent(cost_s)
        passed_s += budget.interval_s
    assert sum(costs_s) / passed_s <= SHARE * 1.05
