from __future__ import annotations

from dataclasses import replace

from core.analysis.doubts.by_run import NONE, NOTHING, UNDER_WAY, doubts_by_run
from core.model.measured.samples import Samples
from core.model.run import RunState
from tests.builders import even_samples, run_of


def test_each_run_says_how_many_doubts_it_has_or_why_none_are_to_be_had() -> None:
    fine = run_of(even_samples(100))
    short = run_of(even_samples(25), number=2)
    live = run_of(even_samples(100), number=3, state=RunState.RUNNING)
    empty = run_of(Samples.empty(), number=4, state=RunState.FAILED)
    assert doubts_by_run((fine, short, live, empty)).counts == (NONE, "1", UNDER_WAY, NOTHING)


def test_kinds_of_doubt_are_lined_up_over_the_runs() -> None:
    fine = run_of(even_samples(100))
    short = run_of(even_samples(25), number=2)
    stopped = replace(run_of(even_samples(25), number=3), state=RunState.STOPPED)
    found = doubts_by_run((fine, short, stopped))
    assert [row.label for row in found.rows] == ["few steps", "ended early"]
    few, ended = found.rows
    assert [bool(text) for text in few.texts] == [False, True, True]
    assert ended.texts[:2] == ("", "")
    assert "stopped before its end" in ended.texts[2]
