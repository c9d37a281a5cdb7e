"""``ceilings``: both parts by themselves, and what follows from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.folders import Folders
from core.model.events import Event, RunEnded
from core.model.plan import Part, RunPlan
from core.model.run import Failure, RunState
from core.session import Session
from tests.builders import even_samples, events_of, resource_events
from tests.core.cli.conftest import Cli

Emit = Callable[[Event], None]
Cancelled = Callable[[], bool]


def parts(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
    """The model alone takes 5 ms a step, the pipeline alone 16 ms."""
    period_s = {Part.MODEL: 0.005, Part.PIPELINE: 0.016, Part.WHOLE: 0.02}[plan.part]
    events = events_of(even_samples(300, 1, wait_s=0.0, busy_s=period_s, host_s=0.0))
    for event in (*events[:-1], *resource_events(), events[-1]):
        emit(event)


def test_both_parts_and_what_follows_are_said_with_unit_and_source(cli: Cli) -> None:
    found = cli("ceilings", "in_memory", fit=parts)
    assert found.code == 0
    text = " ".join(found.out.split())
    assert "pipeline alone throughput 2 000 examples/s timed in the loop" in text
    assert "model alone throughput 6 400 examples/s timed in the loop" in text
    assert "the pipeline limits" in text
    assert "upper bound, not a forecast" in text
    assert "of 2 cores" in text


def test_json_on_stdout_is_one_document(cli: Cli) -> None:
    document = json.loads(cli("ceilings", "in_memory", "--json", "-", fit=parts).out)
    assert document["schema"] == "pipeline-explorer/ceilings/1"
    assert document["pipeline_alone_examples_per_s"] == pytest.approx(2000)
    assert document["units"]["lower_examples_per_s"] == "examples/s"
    assert set(document["parts"]) == {"pipeline alone", "model alone"}


def test_runs_recorded_before_and_after_have_their_share(cli: Cli, tmp_path: Path) -> None:
    for words in (("run",), ("ceilings",), ("run",)):
        assert cli(*words, "in_memory", "--data-dir", str(tmp_path), fit=parts).code == 0
    session = Session(Folders.under(tmp_path))
    assert [run.number for run in session.runs] == [1, 2]
    assert all(run.ceilings is not None for run in session.runs)
    session.close()


def test_a_part_that_fails_ends_it_with_its_error(cli: Cli) -> None:
    def failing(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        emit(RunEnded(RunState.FAILED, Failure("A file is gone", remedy="Put it back.")))

    found = cli("ceilings", "in_memory", fit=failing)
    assert found.code == 1
    assert "A file is gone" in found.err
    assert found.out == ""


def test_a_measurement_with_too_few_steps_says_why(cli: Cli) -> None:
    def short(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        for event in events_of(even_samples(1, 1)):
            emit(event)

    found = cli("ceilings", "in_memory", fit=short)
    assert found.code == 1
    assert "too few after warm-up" in found.err
