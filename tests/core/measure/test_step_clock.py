"""Times of steps stay monotone and true, whatever happens to the wall clock meanwhile."""

from __future__ import annotations

import itertools

import pytest

from core.measure.step_clock import StepClock


class Machine:
    """A wall clock that can be set, and one that cannot; reading one takes 0.1 us."""

    def __init__(self) -> None:
        self.now_s, self.ahead_s = 500.0, 1.7e9
        self.rate = 1.0
        self.pauses_s: list[float] = []
        self.jumps: list[tuple[int, float]] = []
        self.true_s: list[float] = []

    def steady(self) -> float:
        self.now_s += 1e-7
        return self.now_s

    def wall(self) -> float:
        if self.pauses_s:
            self.now_s += self.pauses_s.pop(0)
        return self.steady() * self.rate + self.ahead_s

    def clock(self, *, beside: bool = False) -> StepClock:
        told = lambda step, by_s: self.jumps.append((step, by_s))  # noqa: E731
        return StepClock(told, wall=self.wall, steady=self.steady, beside=beside)

    def step(
        self, *parts: float | str, wait_s: float = 0.004, busy_s: float = 0.006
    ) -> list[float]:
        """Stamps of a step; ``parts`` are jumps before asked, ready and done."""
        jumps = [*parts, 0.0, 0.0, 0.0][:3]
        values = []
        for took_s, jump_s in zip((0.001, wait_s, busy_s), jumps, strict=True):
            self.now_s += took_s / 2
            self.ahead_s += float(jump_s)
            self.now_s += took_s / 2
            # As TensorFlow reads it, in whole microseconds.
            values.append(int(self.wall() * 1e6) / 1e6)
            self.true_s.append(self.now_s)
        return [*values, 32.0]


def times(values: list[float]) -> list[float]:
    return [value for index, value in enumerate(values) if index % 4 != 3]


def test_where_nothing_jumps_times_are_those_of_the_steady_clock() -> None:
    machine = Machine()
    clock = machine.clock()
    found = [clock.steadied(machine.step()) for _ in range(100)]
    assert all(values[3] == 32.0 for values in found)
    measured = [time for values in found for time in times(values)]
    assert measured == pytest.approx(machine.true_s, abs=5e-6)
    assert machine.jumps == []


@pytest.mark.parametrize("by_s", [-3600.0, -0.5, 0.5, 3600.0, -4e8])
@pytest.mark.parametrize("place", [0, 1, 2], ids=["while idle", "in the wait", "in the training"])
def test_a_jump_moves_no_time_and_is_told_once(by_s: float, place: int) -> None:
    machine = Machine()
    clock = machine.clock()
    jump = [0.0, 0.0, 0.0]
    jump[place] = by_s
    found = [clock.steadied(machine.step()) for _ in range(3)]
    found.append(clock.steadied(machine.step(*jump)))
    found += [clock.steadied(machine.step()) for _ in range(3)]
    measured = [time for values in found for time in times(values)]
    assert measured == pytest.approx(machine.true_s, abs=1e-4)
    assert measured == sorted(measured)
    assert machine.jumps == [(0, pytest.approx(by_s, abs=1e-3))]


def test_a_jump_after_the_last_stamp_belongs_to_the_execution_that_finds_it() -> None:
    machine = Machine()
    clock = machine.clock()
    values = machine.step()
    machine.ahead_s -= 60.0
    measured = times(clock.steadied(values))
    assert measured == pytest.approx(machine.true_s, abs=1e-4)
    assert machine.jumps == [(0, pytest.approx(-60.0, abs=1e-3))]


def test_of_several_steps_an_execution_the_one_with_the_jump_is_told() -> None:
    machine = Machine()
    clock = machine.clock()
    values = machine.step() + machine.step() + machine.step(0.0, 0.0, -7.0) + machine.step()
    measured = times(clock.steadied(values))
    assert measured == pytest.approx(machine.true_s, abs=1e-4)
    assert machine.jumps == [(2, pytest.approx(-7.0, abs=1e-3))]


def test_a_clock_that_is_set_and_put_right_within_a_step_leaves_no_absurd_time() -> None:
    machine = Machine()
    clock = machine.clock()
    began_s = machine.now_s
    measured = times(clock.steadied(machine.step(0.0, 3600.0, -3600.0)))
    assert [began_s, *measured, machine.now_s] == sorted([began_s, *measured, machine.now_s])
    assert machine.jumps == [(0, pytest.approx(-3600.0, abs=0.1))]


@pytest.mark.parametrize("rate", [1 - 0.0005, 1 + 0.0005, 1 - 0.08, 1 + 0.08])
def test_a_clock_that_is_slewed_is_followed_and_told_of_nothing(rate: float) -> None:
    machine = Machine()
    machine.rate = rate
    clock = machine.clock()
    measured: list[float] = []
    for _ in range(2000):
        measured += times(clock.steadied(machine.step()))
    assert machine.jumps == []
    assert measured == sorted(measured)
    # A clock that is 8 % fast measures a step 8 % long, but not one step after the other.
    assert measured == pytest.approx(machine.true_s, abs=0.003)


def test_a_thread_that_waits_between_the_two_readings_is_no_jump() -> None:
    machine = Machine()
    clock = machine.clock()
    measured: list[float] = []
    for _ in range(20):
        values = machine.step()
        machine.pauses_s = [0.2, 0.3]
        measured += times(clock.steadied(values))
    assert machine.jumps == []
    assert measured == pytest.approx(machine.true_s, abs=1e-3)


def test_steps_that_went_on_while_others_were_looked_at_keep_their_times() -> None:
    machine = Machine()
    clock = machine.clock(beside=True)
    found: list[float] = []
    waiting = machine.step()
    for _ in range(20):
        taken, waiting = waiting, machine.step(wait_s=0.05)  # stamped before the look
        found += clock.steadied(taken)
    measured = times(found)
    assert measured == pytest.approx(machine.true_s[: len(measured)], abs=2e-6)
    assert machine.jumps == []


def test_what_happened_before_the_start_does_not_count() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.ahead_s += 3600.0
    began_s = clock.start()
    measured = times(clock.steadied(machine.step()))
    assert measured == pytest.approx(machine.true_s, abs=1e-4)
    assert machine.jumps == []
    assert began_s <= measured[0]


def test_the_worst_of_clocks_gives_times_that_ascend_within_the_time_there_was() -> None:
    """Set again and again, also several times within an execution."""
    jumps = (0.0, -3600.0, 0.03, 1e6, -0.004)
    for first, second, third in itertools.product(jumps, repeat=3):
        machine = Machine()
        clock = machine.clock()
        last_s = machine.now_s
        for _ in range(3):
            measured = times(clock.steadied(machine.step(first, second, third)))
            assert [last_s, *measured, machine.now_s] == sorted((last_s, *measured, machine.now_s))
            last_s = measured[-1]
