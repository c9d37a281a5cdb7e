"""What is recommended in the end, and the gain that is said of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from core.diagnosis.pairs import Compared, Pairs
from core.diagnosis.progress import Progress
from core.diagnosis.proof import Proof
from core.diagnosis.state import State
from core.model.diagnosis import DiagnosisOptions
from core.model.settings import Settings
from core.statistics import ratio_interval
from core.workloads.augmented import Augmented


def test_a_gain_that_was_proved_is_that_of_the_changes_it_was_measured_with() -> None:
    settings = Augmented().chain.defaults()
    needed = settings.with_values({"map.num_parallel_calls": 4})
    fuller = needed.with_values({"prefetch.buffer_size": 8})
    state = State(settings, needed, DiagnosisOptions(budget_s=10.0), 0.0)
    state.proved = ratio_interval([2.0, 2.01, 1.99, 2.0], [1.0, 1.0, 1.0, 1.0])
    few = ratio_interval([1.5, 1.6], [1.0, 1.0])
    # All of the budget is used.
    progress = Progress(state, lambda answer: None, iter([0.0, *[100.0] * 50]).__next__)
    pairs: Any = SimpleNamespace(helps=lambda interval: True)
    Proof(progress, pairs, {})._conclude(fuller, few)
    assert state.gain == state.proved
    assert state.current == fuller
    assert {change.knob for change in state.changes} == {
        "map.num_parallel_calls",
        "prefetch.buffer_size",
    }


def test_settings_of_the_same_rounds_are_compared_with_each_other() -> None:
    one = Compared(None, rates=((4.0, 1.0), (4.0, 8.0), (9.0, 1.0)))
    other = Compared(None, rates=((2.0, 1.0), (2.0, 8.0)))
    found = one.over(other)
    assert found is not None
    assert (found.ratio, found.pairs) == (pytest.approx(2.0), 2)
    assert one.over(Compared(None, error="cannot be trained")) is None


def test_what_is_left_out_is_not_in_the_gain_and_costs_no_rounds_of_its_own() -> None:
    settings = Augmented().chain.defaults()
    both = settings.with_values({"map.num_parallel_calls": 4, "prefetch.buffer_size": 8})
    state = State(settings, both, DiagnosisOptions(), 0.0)
    progress = Progress(state, lambda answer: None, lambda: 0.0)
    trained: list[Settings] = []

    def train(settings: Settings, seconds: float) -> Any:
        trained.append(settings)
        rate = 2.0 if settings["map.num_parallel_calls"] == 4 else 1.0
        rate *= 1.0 + 0.001 * (len(trained) % 3)
        return SimpleNamespace(epochs_examples_per_s=rate)

    pairs = Pairs(train, DiagnosisOptions(), 1.0, lambda: True, lambda: None)
    Proof(progress, pairs, {}).carry_out()
    assert [change.knob for change in state.changes] == ["map.num_parallel_calls"]
    assert state.gain is not None
    assert (state.gain.ratio, state.gain.pairs) == (pytest.approx(2.0, rel=0.01), 5)
    assert len(trained) <= 5 * 4
