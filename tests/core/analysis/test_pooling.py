from __future__ import annotations

from dataclasses import replace

from core.analysis.numbers.pooling import pooled
from core.model.run import Run, RunState
from tests.builders import run_of


def run(number: int, tensorflow: str, state: RunState = RunState.DONE) -> Run:
    return replace(run_of(number=number, state=state), environment={"tensorflow": tensorflow})


def test_runs_of_the_usual_environment_count_and_the_others_say_what_differs() -> None:
    found = pooled(
        [run(1, "2.20"), run(2, "2.21"), run(3, "2.21"), run(4, "2.21", RunState.FAILED)]
    )
    assert [one.number for one in found.kept] == [2, 3]
    assert [(one.number, why) for one, why in found.apart] == [
        (1, "tensorflow 2.20 instead of 2.21")
    ]
    assert [one.number for one in found.undone] == [4]
    assert found.counts(found.kept[0])
    assert not found.counts(found.undone[0])
    assert not found.counts(None)


def test_among_equally_many_the_latest_count() -> None:
    assert [one.number for one in pooled([run(1, "2.20"), run(2, "2.21")]).kept] == [2]
    assert [one.number for one in pooled([run(2, "2.21"), run(1, "2.20")]).kept] == [2]


def test_nothing_done_is_no_environment() -> None:
    found = pooled([run(1, "2.21", RunState.STOPPED)])
    assert (found.kept, found.apart, found.notes()) == ((), (), ())
