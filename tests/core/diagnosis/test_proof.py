"""What is recommended in the end, and the gain that is said of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from core.diagnosis.pairs import Compared
from core.diagnosis.progress import Progress
from core.diagnosis.proof import Proof
from core.diagnosis.state import State
from core.model.diagnosis import DiagnosisOptions
from core.statistics import ratio_interval
from core.workloads.augmented import Augmented


def test_a_gain_that_was_proved_is_that_of_the_changes_it_was_measured_with() -> None:
    settings = Augmented().chain.defaults()
    needed = settings.with_values({"map.num_parallel_calls": 4})
    fuller = needed.with_values({"prefetch.buffer_size": 8})
    state = State(settings, needed, DiagnosisOptions(budget_s=10.0), 0.0)
    state.proved = ratio_interval([2.0, 2.01, 1.99, 2.0], [1.0, 1.0, 1.0, 1.0])
    few = Compared(ratio_interval([1.5, 1.6], [1.0, 1.0]))

    def compare(base: Any, others: Any, pairs: int, seconds: float) -> dict[str, Compared]:
        return dict.fromkeys(others, few)

    # All of the budget is used.
    progress = Progress(state, lambda answer: None, iter([0.0, *[100.0] * 50]).__next__)
    pairs: Any = SimpleNamespace(compare=compare, helps=lambda interval: True)
    Proof(progress, pairs, {})._prove(fuller)
    assert state.gain == state.proved
    assert state.current == fuller
    assert {change.knob for change in state.changes} == {
        "map.num_parallel_calls",
        "prefetch.buffer_size",
    }
