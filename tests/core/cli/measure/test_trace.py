"""``trace`` and ``open-trace``. What is trained and traced is scripted here."""

from __future__ import annotations

import json
from pathlib import Path

from core.engines.protocols import Cancelled, Emit
from core.model.events import RunEnded
from core.model.plan import RunPlan
from core.model.run import RunState
from core.timeline.open_trace import open_trace
from tests.builders import even_samples, events_of, scripted_fit
from tests.core.cli.conftest import Cli
from tests.core.timeline.builders import with_gpu


def test_a_trace_is_taken_told_and_kept_with_its_run(cli: Cli, data_dir: Path) -> None:
    outcome = cli("trace", "npz_shards", "--steps", "5")
    assert outcome.code == 0, outcome.err
    said = " ".join(outcome.out.split())
    assert said.startswith("run 1: 20 steps")
    assert "single slow file" in said
    assert "Steps 13 to 17 were traced and are in no average" in said
    (file,) = (data_dir / "traces").iterdir()
    assert str(file) in outcome.out
    again = cli("open-trace", "1")
    assert "single slow file" in " ".join(again.out.split())
    assert cli("open-trace", "last").out == again.out


def test_the_steps_wanted_travel_with_the_plan(cli: Cli) -> None:
    plans: list[RunPlan] = []

    def fit(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        plans.append(plan)
        scripted_fit(events_of(even_samples()))(plan, emit, cancelled)

    words = ("--steps", "7", "--set", "fit.steps_per_epoch=30", "--epochs", "3")
    assert cli("trace", "in_memory", *words, fit=fit).code == 0
    (plan,) = plans
    assert plan.trace is not None
    assert plan.trace.steps == 7
    assert (plan.settings["fit.steps_per_epoch"], plan.settings["fit.epochs"]) == (30, 3)
    assert cli("run", "in_memory", "--steps", "9", fit=fit).code == 0
    assert plans[-1].trace is None
    assert plans[-1].settings["fit.steps_per_epoch"] == 9


def test_the_trace_of_a_run_is_deleted_by_itself(cli: Cli, data_dir: Path) -> None:
    cli("trace", "in_memory")
    deleted = cli("open-trace", "1", "--delete")
    assert deleted.out.startswith("The trace of run 1 is deleted: ")
    assert not list((data_dir / "traces").iterdir())
    assert "run 1" in cli("runs").out
    assert "no trace of a run 1" in cli("open-trace", "1").complaint


def test_a_run_that_is_not_kept_keeps_no_trace(cli: Cli, data_dir: Path) -> None:
    outcome = cli("trace", "in_memory", "--no-record")
    assert outcome.code == 0, outcome.err
    assert "single slow file" in " ".join(outcome.out.split())
    assert "The trace is " not in outcome.out
    assert not list(data_dir.glob("traces/*"))


def test_a_trace_of_any_program_opens_and_is_saved_for_others(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "server.xplane.pb"
    file.write_bytes(with_gpu().data())
    chrome, profile = tmp_path / "t.json.gz", tmp_path / "log"
    outcome = cli(
        "open-trace", str(file), "--save-chrome", str(chrome), "--save-profile", str(profile)
    )
    assert outcome.code == 0, outcome.err
    assert "/device:GPU:0 was idle 60.0 % of the time" in " ".join(outcome.out.split())
    for other in (chrome, profile):
        assert open_trace(other).events == open_trace(file).events
        again = cli("open-trace", str(other))
        assert again.out.partition(": ")[2] == outcome.out.partition(": ")[2]
    document = json.loads(cli("open-trace", str(file), "--json").out)
    assert document["devices"][0]["idle_percent"] > 59
    assert len(document["steps"]) == 10


def test_what_cannot_be_done_is_said_before_anything_is_run(cli: Cli, tmp_path: Path) -> None:
    for words, said in (
        (("trace", "in_memory", "--steps", "0"), "--steps cannot be 0"),
        (("trace", "in_memory", "--save-chrome", str(tmp_path / "no/t.json.gz")), "no"),
        (("open-trace", str(tmp_path / "none.xplane.pb")), "There is no file or folder"),
        (("open-trace", "3"), "There is no folder"),
    ):
        outcome = cli(*words)
        assert outcome.code == 2
        assert said in outcome.complaint


def test_a_run_that_ended_before_its_trace_says_so(cli: Cli) -> None:
    def fit(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        emit(RunEnded(RunState.STOPPED))

    outcome = cli("trace", "in_memory", "--no-record", fit=fit)
    assert outcome.code != 0
