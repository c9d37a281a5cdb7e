"""Runs that are older than a knob have it at its default, beside those that are newer."""

from __future__ import annotations

from dataclasses import replace

from core.analysis.side_by_side.runs import side_by_side
from core.analysis.sweeps.time_needed import time_needed
from core.model.plan import PROCESS
from core.model.run import Run
from core.workloads.catalogue import workload
from tests.builders import known_settings, run_of

CHAIN = workload("in_memory").chain
NEW = dict(CHAIN.defaults())
OLD = {key: value for key, value in NEW.items() if not key.startswith("process.")}


def run_with(number: int, values: dict) -> Run:
    run = run_of(number=number)
    return replace(run, plan=replace(run.plan, settings=known_settings("in_memory", values)))


def test_their_settings_are_those_of_a_run_at_the_default() -> None:
    assert run_with(1, OLD).settings == run_with(2, NEW).settings == CHAIN.defaults()


def test_side_by_side_nothing_differs() -> None:
    rows = side_by_side([run_with(1, OLD), run_with(2, NEW)], run_with(1, OLD)).settings
    assert [row.key for row in rows if row.differs] == []
    changed = {**NEW, "process.intra_op_threads": 1}
    rows = side_by_side([run_with(1, OLD), run_with(2, changed)], run_with(1, OLD)).settings
    (row,) = (row for row in rows if row.differs)
    assert (row.key, row.values) == ("process.intra_op_threads", ("default", "1 thread"))


def test_they_say_how_long_the_same_will_take() -> None:
    older = run_with(1, OLD)
    slow = run_with(2, {**OLD, "prefetch.buffer_size": 7})
    slow = replace(slow, fit_wall_s=100.0)
    plan = replace(older.plan, settings=known_settings("in_memory", NEW))
    assert time_needed([plan], [older, slow]).seconds == 3.25
    assert time_needed([replace(plan, engine=PROCESS)], [older, slow]).seconds == 3.25
