"""The answer of a diagnosis, from what is known."""

from __future__ import annotations

from core.diagnosis.answer import answer_of
from core.diagnosis.candidates import Candidates
from core.diagnosis.state import State
from core.model.diagnosis import ChangedKnob, DiagnosisOptions, Suggestion
from core.statistics import RatioInterval, Verdict
from core.workloads.catalogue import workload


def told(change: ChangedKnob) -> list[str]:
    """What is left to the person where a change makes it twice as fast."""
    settings = workload("augmented").chain.defaults()
    offers = (Suggestion("less work", "", gain=1.5), Suggestion("more", "", gain=3.0))
    state = State(
        settings,
        settings,
        DiagnosisOptions(),
        1e9,
        offered=Candidates(only_you_can=offers),
        changes=[change],
        gain=RatioInterval(2.0, 1.9, 2.1, 0.95, 5, Verdict.HIGHER),
    )
    return [suggestion.title for suggestion in answer_of(state).only_you_can]


def test_what_promises_less_than_is_recommended_is_not_told() -> None:
    assert told(ChangedKnob("map.num_parallel_calls", "off", 2)) == ["more"]


def test_beside_a_change_that_takes_memory_what_takes_none_is_told_too() -> None:
    assert told(ChangedKnob("cache.where", "off", "memory", memory_bytes=1e6)) == [
        "less work",
        "more",
    ]
