"""The answer of a diagnosis, from what is known."""

from __future__ import annotations

import pytest

from core.diagnosis.advice.suggestions import MORE_MACHINES
from core.diagnosis.answer import answer_of, headline
from core.diagnosis.candidates import Candidates
from core.diagnosis.measures.segment import Segment
from core.diagnosis.situation import Situation
from core.diagnosis.state import State
from core.model.diagnosis import ChangedKnob, DiagnosisOptions, Limit, Suggestion
from core.pipeline.graph.written_graph import graph_of
from core.statistics import RatioInterval, Verdict
from core.workloads.catalogue import workload

SEGMENT = Segment(1.0, 0.9, 0.1, 0.0, 0.0, steps=10, examples=160, cores=0.1, first_s=0.1, epochs=0)


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


def test_where_nothing_helps_the_headline_names_what_is_not_allowed_and_promises_most() -> None:
    settings = workload("augmented").chain.defaults()
    offered = Candidates(
        not_allowed=(
            Suggestion("deterministic=off", "allow order"),
            Suggestion("32 parallel calls", "allow order", gain=3.0),
        ),
        only_you_can=(Suggestion("less work", "", gain=1.5),),
    )
    state = State(settings, settings, DiagnosisOptions(), 1e9, offered=offered, finished=True)
    state.now, state.limit = Situation(graph_of(settings), 2, (SEGMENT,)), Limit.STORAGE
    assert headline(state)[-1] == "Not allowed: 32 parallel calls, up to 3 times as fast."


@pytest.mark.parametrize(
    ("left", "last"),
    [
        (Suggestion("whole batches", "", gain=3.4), "In the code: whole batches, up to 3.4 times"),
        (Suggestion("whole batches", "", gain=2.2), "map.num_parallel_calls=4 calls: 2.00 times"),
        (Suggestion(MORE_MACHINES, "", gain=6.0), "map.num_parallel_calls=4 calls: 2.00 times"),
    ],
)
def test_what_promises_far_more_than_was_gained_is_in_the_headline(
    left: Suggestion, last: str
) -> None:
    settings = workload("augmented").chain.defaults()
    state = State(settings, settings, DiagnosisOptions(), 1e9, finished=True)
    state.now, state.limit = Situation(graph_of(settings), 2, (SEGMENT,)), Limit.CORES
    state.changes = [ChangedKnob("map.num_parallel_calls", "off", 4)]
    state.gain = RatioInterval(2.0, 1.9, 2.1, 0.95, 5, Verdict.HIGHER)
    state.offered = Candidates(only_you_can=(left,))
    assert headline(state)[-1].startswith(last)


def test_other_machines_are_the_last_resort_in_the_headline() -> None:
    settings = workload("augmented").chain.defaults()
    offers = [
        Suggestion("split the data first", "", gain=4.2),
        Suggestion("whole batches", "", gain=4.9),
        Suggestion(MORE_MACHINES, "", gain=6.2),
    ]
    lines = []
    for left in (offers, offers[1:], offers[2:]):
        state = State(settings, settings, DiagnosisOptions(), 1e9, finished=True)
        state.offered = Candidates(only_you_can=tuple(left))
        state.now, state.limit = Situation(graph_of(settings), 2, (SEGMENT,)), Limit.CORES
        lines.append(headline(state)[-1].removeprefix("In the code: ").partition(", up to")[0])
    # Of two that promise about as much, the first is the more precise.
    assert lines == ["split the data first", "whole batches", MORE_MACHINES]


def test_what_promises_less_than_is_recommended_is_not_told() -> None:
    assert told(ChangedKnob("map.num_parallel_calls", "off", 2)) == ["more"]


def test_beside_a_change_that_takes_memory_what_takes_none_is_told_too() -> None:
    assert told(ChangedKnob("cache.where", "off", "memory", memory_bytes=1e6)) == [
        "less work",
        "more",
    ]
