"""Runs wait in an order that the person decides on, and none is lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.model.chain import recorded
from core.model.experiment import Experiment
from core.model.plan import RunPlan
from core.model.run import RunState
from core.model.turn import ExperimentKind, Turn
from core.session.queue import RunQueue, Waiting
from tests.builders import run_of


def plan(name: str) -> RunPlan:
    return RunPlan("in_memory", recorded({"fit.device": "cpu"}), "/data", id=name)


@pytest.fixture
def queue() -> RunQueue:
    made = RunQueue()
    made.add(*map(plan, "abcde"))
    return made


def order(queue: RunQueue) -> str:
    return "".join(one.id for one in queue.waiting)


def ended(of: RunPlan, state: RunState) -> object:
    return replace(run_of(state=state), plan=of)


def test_runs_are_taken_in_the_order_in_which_they_came(queue: RunQueue) -> None:
    taken = [queue.take() for _ in range(6)]
    assert [one.id if one else None for one in taken] == ["a", "b", "c", "d", "e", None]


@pytest.mark.parametrize(
    ("chosen", "by", "expected"),
    [
        ("c", -1, "acbde"),
        ("c", 1, "abdce"),
        ("c", -9, "cabde"),
        ("c", 9, "abdec"),
        ("a", -1, "abcde"),
        ("e", 1, "abcde"),
        ("bc", 1, "adbce"),
        ("bc", -1, "bcade"),
        # What lies apart is moved as one block.
        ("bd", -1, "bdace"),
        ("bd", 1, "acebd"),
        ("x", 1, "abcde"),
    ],
)
def test_runs_can_be_moved(queue: RunQueue, chosen: str, by: int, expected: str) -> None:
    queue.move(chosen, by)
    assert order(queue) == expected


@pytest.mark.parametrize(
    ("chosen", "before", "expected"),
    [
        ("d", 0, "dabce"),
        ("b", 5, "acdeb"),
        ("b", 4, "acdbe"),
        # Scattered ones come together, also between each other.
        ("ae", 2, "baecd"),
        ("bd", 0, "bdace"),
        ("bd", 9, "acebd"),
        ("c", 2, "abcde"),
        ("c", 3, "abcde"),
    ],
)
def test_runs_can_be_put_before_any_other(
    queue: RunQueue, chosen: str, before: int, expected: str
) -> None:
    queue.place(chosen, before)
    assert order(queue) == expected


def test_what_was_taken_out_can_be_put_back(queue: RunQueue) -> None:
    gone = queue.remove("bd")
    assert order(queue) == "ace"
    queue.restore(gone, before=1)
    assert order(queue) == "abdce"


def test_a_run_is_repeated_right_behind_itself_and_outside_its_experiment() -> None:
    queue = RunQueue()
    queue.add(replace(plan("a"), turn=Turn(ExperimentKind.COMPARISON, "0123", 0, 0)), plan("b"))
    queue.repeat("a")
    first, second, third = queue.plans
    assert (first.id, third.id) == ("a", "b")
    assert second.id not in ("a", "b")
    assert second.settings == first.settings
    assert second.turn is None


def test_a_paused_queue_gives_nothing_until_it_goes_on(queue: RunQueue) -> None:
    queue.paused = True
    assert queue.take() is None
    assert order(queue) == "abcde"
    queue.paused = False
    taken = queue.take()
    assert taken is not None
    assert taken.id == "a"


def test_an_empty_queue_is_not_paused(queue: RunQueue) -> None:
    queue.paused = True
    queue.clear()
    assert not queue.paused
    queue.add(plan("f"))
    queue.paused = True
    queue.remove("f")
    assert not queue.paused


def test_a_run_that_was_stopped_lets_the_others_wait(queue: RunQueue) -> None:
    taken = queue.take()
    assert taken is not None
    queue.run_ended(ended(taken, RunState.STOPPED))
    assert (order(queue), queue.paused) == ("bcde", True)


def test_a_stopped_repeat_of_an_experiment_comes_back_to_the_front() -> None:
    experiment = Experiment(ExperimentKind.COMPARISON, "in_memory", (recorded({}), recorded({})), 2)
    queue = RunQueue()
    queue.add(*(experiment.plan(place, "/data") for place in experiment.order))
    taken = queue.take()
    assert taken is not None
    queue.run_ended(ended(taken, RunState.STOPPED))
    assert len(queue) == 4
    assert queue.plans[0].turn == taken.turn
    # Another run: the one that was stopped is recorded under its own id.
    assert queue.plans[0].id != taken.id


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.STOPPED])
def test_what_needs_a_run_goes_with_it(state: RunState) -> None:
    queue = RunQueue()
    queue.add(plan("a"), Waiting(plan("b"), needs="a"), plan("c"))
    taken = queue.take()
    assert taken is not None
    queue.run_ended(ended(taken, state))
    assert order(queue) == "c"
    queue.add(Waiting(plan("d"), needs="c"))
    queue.remove("c")
    assert order(queue) == ""


def test_a_run_that_failed_leaves_the_queue_going(queue: RunQueue) -> None:
    taken = queue.take()
    assert taken is not None
    queue.run_ended(ended(taken, RunState.FAILED))
    assert not queue.paused
    assert order(queue) == "bcde"


def test_listeners_are_told_of_every_change_and_of_nothing_else(queue: RunQueue) -> None:
    told: list[str] = []
    queue.changed.append(lambda: told.append(order(queue)))
    queue.move("a", -1)
    queue.remove("x")
    queue.repeat("x")
    queue.paused = False
    queue.add()
    assert told == []
    queue.move("a", 1)
    queue.remove("a")
    queue.take()
    queue.paused = True
    assert told == ["bacde", "bcde", "cde", "cde"]
