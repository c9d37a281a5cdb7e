from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.traced import traced_words
from core.measure.tracer import first_traced
from core.metrics.accounting import account, averaged_steps, steady_account, steady_parts
from core.metrics.catalogue import metric
from core.model.run import Prepared
from core.model.tracing import Tracing
from tests.builders import run_of


@pytest.mark.parametrize(
    ("known", "steps", "first"),
    [
        (Prepared(1, 200, 10, 0), 20, 95),
        # Not over the end of an epoch, whose turnaround would be left out with it.
        (Prepared(2, 60, 10, 0), 20, 39),
        # Not in the epoch that fills a cache.
        (Prepared(3, 40, 10, 1), 20, 59),
        # How long it is shows only when the data run out.
        (Prepared(1, None, 10, 0), 20, 30),
        # Shorter than what is to be traced: as early as can be.
        (Prepared(1, 15, 10, 0), 20, 2),
    ],
)
def test_steps_in_the_middle_of_the_steady_part_are_traced(
    known: Prepared, steps: int, first: int
) -> None:
    assert first_traced(known, steps) == first


def test_traced_steps_are_in_no_average() -> None:
    run = run_of()
    whole = steady_account(run)
    assert whole is not None
    ((start, stop),) = steady_parts(run)
    traced = replace(run, tracing=Tracing(start + 4, 6), figures={})
    without = steady_account(traced)
    assert without is not None
    assert without.steps == whole.steps - 6 == averaged_steps(traced)
    parts = account(run.samples, start, start + 4), account(run.samples, start + 10, stop)
    assert without.wall_s == pytest.approx(sum(part.wall_s for part in parts if part))
    assert metric("throughput_examples_per_s").of(traced).value is not None


def test_steps_are_left_out_where_their_trace_could_not_be_written() -> None:
    run = run_of()
    ((start, _),) = steady_parts(run)
    traced = replace(run, tracing=Tracing(start + 4, 6), figures={})
    failed = replace(run, tracing=Tracing(start + 4, 6, failure="no room"), figures={})
    assert steady_account(failed) == steady_account(traced)
    words = f"Steps {start + 5} to {start + 10} were traced and are in no average."
    assert traced_words(failed) == f"There is no trace: no room. {words}"


def test_a_trace_that_never_began_leaves_the_averages_as_they_are() -> None:
    run = run_of()
    failed = replace(run, tracing=Tracing(12, 0, failure="no room"))
    assert steady_account(failed) == steady_account(run)
    assert traced_words(failed) == "There is no trace: no room."


def test_what_tracing_cost_is_said() -> None:
    run = run_of()
    ((start, _),) = steady_parts(run)
    words = traced_words(replace(run, tracing=Tracing(start + 4, 6, 0.25, 123_456)))
    assert f"Steps {start + 5} to {start + 10} were traced and are in no average" in words
    assert "123 kB" in words
    assert "0.25 s" in words
    assert "a traced step took as long as the others, waits left out" in words
