"""``sweep``: unattended, in rounds, and it goes on where it was stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.folders import Folders
from core.model.events import Event, RunEnded
from core.model.plan import RunPlan
from core.model.run import Failure, RunState
from core.session import Session
from tests.builders import even_samples, events_of
from tests.core.cli.conftest import Cli

Emit = Callable[[Event], None]
Cancelled = Callable[[], bool]
AXES = ("--vary", "prefetch.buffer_size=off,2", "--vary", "batch.batch_size=16,32")


class Machine:
    """Stands for training: a prefetch saves 30 ms a step, the batch size next to nothing."""

    def __init__(self, stops_at: int | None = None, fails_at: int | None = None) -> None:
        self.stops_at, self.fails_at = stops_at, fails_at
        self.plans: list[RunPlan] = []

    def __call__(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        at = len(self.plans)
        self.plans.append(plan)
        if at == self.stops_at:
            emit(RunEnded(RunState.STOPPED))
            return
        if at == self.fails_at:
            emit(RunEnded(RunState.FAILED, Failure("The disk is full", remedy="Free some space.")))
            return
        wait_s = 0.04 if plan.settings["prefetch.buffer_size"] == "off" else 0.01
        wait_s += 0.0001 * (at % 3)
        for event in events_of(even_samples(100, 1, wait_s=wait_s)):
            emit(event)


def test_every_combination_runs_and_the_knob_that_matters_is_named(cli: Cli) -> None:
    machine = Machine()
    found = cli("sweep", "in_memory", *AXES, "--repeats", "2", fit=machine)
    assert found.code == 0
    assert len(machine.plans) == 8
    assert "4 configurations, 8 runs" in found.err
    text = " ".join(found.out.split())
    assert "prefetch.buffer_size mattered most: by itself it explains 100 %" in text
    assert "examples/s" in text
    # The rounds turn round, so that drift does not look like an effect.
    first, second = machine.plans[:4], machine.plans[4:]
    assert [plan.settings for plan in second] == [plan.settings for plan in reversed(first)]


def test_a_sweep_that_was_stopped_goes_on_with_the_same_command(cli: Cli, tmp_path: Path) -> None:
    words = ("sweep", "in_memory", *AXES, "--data-dir", str(tmp_path))
    stopped = cli(*words, fit=Machine(stops_at=2))
    assert stopped.code == 130
    assert "goes on where it was stopped" in stopped.err
    machine = Machine()
    found = cli(*words, fit=machine)
    assert found.code == 0
    assert len(machine.plans) == 2
    assert "2 of them were done before" in found.err
    # One that is whole is begun anew.
    again = Machine()
    assert cli(*words, fit=again).code == 0
    assert len(again.plans) == 4
    session = Session(Folders.under(tmp_path))
    assert len(session.runs) == 9
    session.close()


def test_a_run_that_fails_does_not_stop_the_others(cli: Cli) -> None:
    machine = Machine(fails_at=1)
    found = cli("sweep", "in_memory", *AXES, fit=machine)
    assert len(machine.plans) == 4
    assert found.code == 1
    assert "not measured (no run was done)" in found.out


def test_the_number_of_runs_and_their_time_can_be_seen_before(cli: Cli, tmp_path: Path) -> None:
    machine = Machine()
    words = ("--data-dir", str(tmp_path))
    found = cli("sweep", "in_memory", *AXES, "--dry-run", *words, fit=machine)
    assert (found.code, machine.plans) == (0, [])
    assert "4 configurations, 4 runs; how long a run takes is not known yet" in found.err
    assert cli("run", "in_memory", *words).code == 0
    # That run took 3.25 s.
    again = cli("sweep", "in_memory", *AXES, "--dry-run", *words, fit=machine)
    assert "4 runs; about 13 s" in again.err


def test_json_on_stdout_is_one_document(cli: Cli) -> None:
    words = ("sweep", "in_memory", *AXES, "--repeats", "2", "--json", "-")
    document = json.loads(cli(*words, fit=Machine()).out)
    assert document["schema"] == "pipeline-explorer/sweep/1"
    fastest = document["points"][0]
    assert fastest["values"]["prefetch.buffer_size"] == 2
    assert fastest["throughput_low"] < fastest["throughput"] < fastest["throughput_high"]
    influence = document["influence_on_throughput"]["prefetch.buffer_size"]
    assert influence["share"] > 0.9
    assert influence["told_from_noise"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "A sweep needs axes"),
        (("--vary", "prefetch.buffer_size"), "Cannot read the axis"),
        (("--vary", "prefetch.buffer_size=soon"), "cannot be 'soon'"),
        (("--vary", "prefetch.buffers=1"), "There is no knob"),
        ((*AXES, "--design", "star"), "There is no design"),
        ((*AXES, *AXES[:2]), "named twice"),
    ],
)
def test_bad_input_is_said_before_anything_runs(
    cli: Cli, words: tuple[str, ...], said: str
) -> None:
    machine = Machine()
    found = cli("sweep", "in_memory", *words, fit=machine)
    assert found.code == 2
    assert said in found.err
    assert machine.plans == []
