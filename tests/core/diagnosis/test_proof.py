"""What is recommended in the end, and the gain that is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

from core.diagnosis.candidate import Candidate
from core.diagnosis.measures.segment import Segment
from core.diagnosis.pairs import Compared, Pairs
from core.diagnosis.progress import Progress
from core.diagnosis.proof import Proof
from core.diagnosis.situation import Situation
from core.diagnosis.state import State
from core.model.diagnosis import DiagnosisOptions
from core.model.errors import Cancelled
from core.model.kinds import Value
from core.model.settings import Settings
from core.pipeline.graph.written_graph import graph_of
from core.statistics import ratio_interval
from core.workloads.augmented import Augmented
from tests.core.analysis.findings.chains import BATCH, DEAR, SOURCE, call, settings_of


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


def proved(
    rate_of: Callable[[Settings], float],
    settings: Settings | None = None,
    changes: Mapping[str, Value] = MappingProxyType(
        {"map.num_parallel_calls": 4, "prefetch.buffer_size": 8}
    ),
) -> tuple[State, list[Settings]]:
    """What is known after the proof of two changes, and what was trained for it."""
    settings = settings or Augmented().chain.defaults()
    both = settings.with_values(changes)
    state = State(settings, both, DiagnosisOptions(), 0.0)
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 30, 900.0, 1.2, 0.1, 0)
    state.now = Situation(graph_of(settings), 2, (segment,))
    state.kept.append(Candidate("both", changes, 2.0, memory_bytes=1e6))
    trained: list[Settings] = []

    def train(settings: Settings, seconds: float) -> Any:
        trained.append(settings)
        noise = 1.0 + 0.001 * (len(trained) % 3)
        return SimpleNamespace(epochs_examples_per_s=noise * rate_of(settings))

    pairs = Pairs(train, DiagnosisOptions(), 1.0, lambda: True, lambda: None)
    Proof(Progress(state, lambda answer: None, lambda: 0.0), pairs, {}).carry_out()
    return state, trained


def test_a_stop_after_a_change_was_left_out_recommends_only_the_rest() -> None:
    settings = Augmented().chain.defaults()
    both = settings.with_values({"map.num_parallel_calls": 4, "prefetch.buffer_size": 8})
    state = State(settings, both, DiagnosisOptions(), 0.0)
    rounds: list[Settings] = []

    def compare(base: Settings, others: Any, *_: Any) -> dict[str, Compared]:
        if rounds:
            raise Cancelled
        rounds.append(base)
        ratios = {"as it is": 0.5, "map.num_parallel_calls": 0.9, "prefetch.buffer_size": 0.95}
        return {
            name: Compared(ratio_interval([ratio] * 5, [1.0, 1.01, 0.99, 1.02, 0.98]))
            for name, ratio in ratios.items()
        }

    pairs: Any = SimpleNamespace(compare=compare, is_missed=lambda interval: False)
    with pytest.raises(Cancelled):
        Proof(Progress(state, lambda answer: None, lambda: 0.0), pairs, {}).carry_out()
    knobs = {change.knob for change in state.changes}
    assert knobs == set(state.current.differing(settings)) == {"map.num_parallel_calls"}


def test_a_change_that_only_looked_needless_is_told_with_what_it_gives() -> None:
    alone: list[Settings] = []

    def rate(settings: Settings) -> float:
        parallel = settings["map.num_parallel_calls"] == 4
        prefetched = settings["prefetch.buffer_size"] == 8
        if parallel and not prefetched:
            alone.append(settings)
            # In the first rounds it is as fast without prefetch in most of them.
            prefetched = len(alone) in (1, 2, 4, 5)
        return (2.0 if parallel else 1.0) * (1.2 if prefetched else 1.0)

    state, _ = proved(rate)
    gives = {change.knob: change.contribution for change in state.changes}
    assert gives["prefetch.buffer_size"] == pytest.approx(1.2, rel=0.01)


def test_what_is_left_out_is_not_in_the_gain_and_costs_no_rounds_of_its_own() -> None:
    state, trained = proved(lambda settings: 1 + (settings["map.num_parallel_calls"] == 4))
    assert [change.knob for change in state.changes] == ["map.num_parallel_calls"]
    assert state.gain is not None
    assert (state.gain.ratio, state.gain.pairs) == (pytest.approx(2.0, rel=0.01), 5)
    assert len(trained) <= 5 * 4


def test_of_two_changes_that_do_the_same_one_stays() -> None:
    changes: dict[str, Value] = {
        "map.num_parallel_calls": 4,
        "prefetch.buffer_size": 8,
        "fit.steps_per_execution": 8,
    }

    def rate(settings: Settings) -> float:
        either = settings["prefetch.buffer_size"] == 8 or settings["fit.steps_per_execution"] == 8
        return (2.0 if settings["map.num_parallel_calls"] == 4 else 1.0) * (1.2 if either else 1.0)

    state, _ = proved(rate, changes=changes)
    assert len(state.changes) == 2
    assert state.gain is not None
    assert state.gain.ratio == pytest.approx(2.4, rel=0.01)


def test_what_is_needless_goes_at_once() -> None:
    changes: dict[str, Value] = {
        "map.num_parallel_calls": 4,
        "prefetch.buffer_size": 8,
        "fit.steps_per_execution": 8,
    }
    state, trained = proved(
        lambda settings: 1 + (settings["map.num_parallel_calls"] == 4), changes=changes
    )
    assert [change.knob for change in state.changes] == ["map.num_parallel_calls"]
    assert len(trained) <= 5 * 5 + 5 * 3


def test_a_cache_that_another_makes_needless_stays_out_and_memory_is_told_once() -> None:
    settings = settings_of(SOURCE, call("cache"), call("map", function=DEAR), BATCH)
    changes: dict[str, Value] = {"cache.enabled": False, "cache[added].enabled": True}
    state, _ = proved(
        lambda settings: 1 + (settings["cache[added].enabled"] is True), settings, changes
    )
    memory = {change.knob: change.memory_bytes for change in state.changes}
    assert memory == {"cache.enabled": 0.0, "cache[added].enabled": 1e6}


def test_a_gain_that_noise_hides_is_measured_for_longer() -> None:
    rounds: list[Settings] = []

    def rate(settings: Settings) -> float:
        rounds.append(settings)
        parallel = settings["map.num_parallel_calls"] == 4
        noise = (0.85, 1.05, 0.95, 0.87, 1.02)[len(rounds) % 5] if len(rounds) < 12 else 1.0
        return (1.1 if parallel else 1.0) * noise

    changes: dict[str, Value] = {"map.num_parallel_calls": 4}
    state, trained = proved(rate, changes=changes)
    assert len(trained) > 20
    assert state.gain is not None
    assert state.gain.low is not None
    assert state.gain.low > 1.0
