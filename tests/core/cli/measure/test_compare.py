"""``compare``: in turn, several times, with intervals, and an exit code that can gate a build."""

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
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.take_log import take_log
from tests.builders import even_samples, events_of
from tests.core.cli.conftest import Cli

Emit = Callable[[Event], None]
Cancelled = Callable[[], bool]
SIDES = ("--a", "prefetch.buffer_size=off", "--b", "prefetch.buffer_size=2")


class Machine:
    """Stands for training: a prefetch takes so many ms from each step; every run is noisy."""

    def __init__(self, gain_ms: float = 10.0, fails_at: int | None = None) -> None:
        self.gain_ms, self.fails_at = gain_ms, fails_at
        self.plans: list[RunPlan] = []

    def __call__(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        self.plans.append(plan)
        if len(self.plans) - 1 == self.fails_at:
            emit(RunEnded(RunState.FAILED, Failure("The disk is full", remedy="Free some space.")))
            return
        noise = 1.0 + 0.01 * (-1) ** len(self.plans)
        gain_ms = 0.0 if plan.settings["prefetch.buffer_size"] == "off" else self.gain_ms
        wait_s = 0.04 * noise - gain_ms / 1000
        for event in events_of(even_samples(100, 1, wait_s=wait_s)):
            emit(event)

    @property
    def order(self) -> str:
        """Which configuration ran when."""
        off = (plan.settings["prefetch.buffer_size"] == "off" for plan in self.plans)
        return "".join("A" if one else "B" for one in off)


def test_configurations_run_in_balanced_turns_and_the_faster_one_is_named(cli: Cli) -> None:
    machine = Machine()
    found = cli("compare", "in_memory", *SIDES, "--repeats", "4", fit=machine)
    assert found.code == 0
    assert machine.order == "ABBAABBA"
    text = " ".join(found.out.split())
    assert "A: prefetch.buffer_size=off" in text
    assert "B: prefetch.buffer_size=2 batches" in text
    line = next(line for line in found.out.splitlines() if "throughput" in line)
    assert "examples/s" in line
    assert line.rstrip().endswith("faster")
    assert "95 % confidence" in text


def test_alike_configurations_are_called_so_or_left_open(cli: Cli) -> None:
    found = cli("compare", "in_memory", *SIDES, fit=Machine(gain_ms=0.0))
    line = next(line for line in found.out.splitlines() if "throughput" in line)
    assert line.rstrip().endswith(("no measurable difference", "not enough data"))


def test_it_can_stop_once_the_intervals_settle_it_and_says_so(cli: Cli) -> None:
    machine = Machine(gain_ms=20.0)
    found = cli("compare", "in_memory", *SIDES, "--repeats", "8", "--stop-early", fit=machine)
    assert len(machine.plans) < 16
    text = " ".join(found.out.split())
    assert "Stopped early, after 3 of 8 repeats: the intervals settle it." in text
    assert "6 looks" in text


@pytest.mark.parametrize(("gain_ms", "code"), [(-40.0, 3), (0.0, 0), (20.0, 0)])
def test_it_can_gate_a_build(cli: Cli, gain_ms: float, code: int) -> None:
    found = cli("compare", "in_memory", *SIDES, "--fail-if-slower", "10", fit=Machine(gain_ms))
    assert found.code == code
    assert ("B is slower than A by more than 10 %" in found.err) is (code == 3)


def test_several_configurations_are_compared_with_the_first(cli: Cli) -> None:
    machine = Machine()
    words = (*SIDES, "--b", "prefetch.buffer_size=4", "--json", "-")
    document = json.loads(cli("compare", "in_memory", *words, fit=machine).out)
    assert document["baseline"] == "A"
    assert set(document["verdicts"]) == {"B", "C"}
    assert document["verdicts"]["B"] == "faster"
    assert document["error_rate_of_each_interval"] == pytest.approx(0.025)
    throughput = document["metrics"]["throughput_examples_per_s"]
    assert throughput["unit"] == "examples/s"
    assert throughput["to_baseline"]["C"]["low"] > 1
    assert len(document["runs"]["A"]) == 5


def test_a_run_that_fails_does_not_stop_the_others_and_is_told_of(cli: Cli) -> None:
    machine = Machine(fails_at=2)
    found = cli("compare", "in_memory", *SIDES, fit=machine)
    assert len(machine.plans) == 10
    assert "1 repeat of B that did not get done" in " ".join(found.out.split())
    assert "The disk is full" in found.err


def test_its_runs_are_recorded_under_names_that_say_which_they_are(
    cli: Cli, tmp_path: Path
) -> None:
    words = (*SIDES, "--repeats", "2", "--data-dir", str(tmp_path))
    assert cli("compare", "in_memory", *words, fit=Machine()).code == 0
    session = Session(Folders.under(tmp_path))
    assert [run.name for run in session.runs] == ["A 1", "B 1", "B 2", "A 2"]
    session.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing to compare with"),
        (("--b", "prefetch.buffer=2"), "There is no knob"),
        ((*SIDES, "--repeats", "0"), "--repeats cannot be 0"),
    ],
)
def test_bad_input_is_said_before_anything_runs(
    cli: Cli, words: tuple[str, ...], said: str
) -> None:
    machine = Machine()
    found = cli("compare", "in_memory", *words, fit=machine)
    assert found.code == 2
    assert said in found.err
    assert machine.plans == []


@pytest.mark.parametrize("percent", ["nan", "150", "-5", "100"])
def test_a_gate_that_makes_no_sense_is_refused_before_anything_runs(cli: Cli, percent: str) -> None:
    machine = Machine()
    found = cli("compare", "in_memory", *SIDES, f"--fail-if-slower={percent}", fit=machine)
    assert found.code == 2
    assert "--fail-if-slower cannot be" in found.err
    assert machine.plans == []


def test_a_gate_that_cannot_be_judged_does_not_let_the_build_pass(cli: Cli) -> None:
    words = (*SIDES, "--repeats", "2", "--fail-if-slower", "5")
    found = cli("compare", "in_memory", *words, fit=Machine(gain_ms=-40.0))
    assert found.code == 1
    assert "B cannot be judged" in found.err


def test_a_comparison_that_was_stopped_goes_on_with_the_same_command(cli: Cli) -> None:
    class Stops(Machine):
        def __call__(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
            if len(self.plans) == 3:
                emit(RunEnded(RunState.STOPPED))
                return
            super().__call__(plan, emit, cancelled)

    words = ("compare", "in_memory", *SIDES, "--repeats", "4")
    stopped = cli(*words, fit=Stops())
    assert stopped.code == 130
    assert "goes on where it was stopped" in stopped.err
    machine = Machine()
    assert cli(*words, fit=machine).code == 0
    # A B B were there.
    assert machine.order == "AABBA"


def test_what_was_emulated_is_said_of_each_configuration_where_it_differs(cli: Cli) -> None:
    def fit(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        device = str(plan.settings["fit.device"])
        emulated = ("emulated accelerator 10 ms",) if device.startswith("emulated") else ()
        for event in events_of(even_samples(100, 1), emulations=emulated):
            emit(event)

    words = ("--a", "fit.device=cpu", "--b", "fit.device=emulated:10", "--repeats", "3")
    text = " ".join(cli("compare", "in_memory", *words, fit=fit).out.split())
    assert "A: timed in the loop; B: timed in the loop, emulated accelerator 10 ms" in text


def test_the_ways_to_use_more_cores_end_in_a_table_and_two_sentences(cli: Cli) -> None:
    class Threads(Machine):
        def __call__(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
            self.plans.append(plan)
            several = plan.settings["map.num_parallel_calls"] != "off"
            noise = 1.0 + 0.01 * (-1) ** len(self.plans)
            for event in events_of(
                even_samples(100, 1, wait_s=noise * (0.01 if several else 0.03))
            ):
                emit(event)

    machine = Threads()
    options = ("--multiprocessing", "--repeats", "3")
    outcome = cli("compare", "augmented", *options, fit=machine)
    assert outcome.code == 0, outcome.err
    assert len(machine.plans) == 9
    text = " ".join(outcome.out.split())
    for label in ("sequential", "parallel calls (threads)", "tf.data service, "):
        assert label in text
    assert "Native operations: parallel calls (threads): 1.8" in text
    assert "Python functions: not measured here." in text


def test_a_py_dataset_takes_its_turns_in_the_same_table(cli: Cli, tmp_path: Path) -> None:
    class Processes(Machine):
        def __call__(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
            self.plans.append(plan)
            several = plan.workload == "pydataset" or plan.settings["map.processes"] != "off"
            noise = 1.0 + 0.01 * (-1) ** len(self.plans)
            wait_s = noise * (0.01 if several else 0.03)
            for event in events_of(even_samples(100, 1, wait_s=wait_s)):
                emit(event)

    machine = Processes()
    python = ("--set", "map.implementation=python")
    options = (*python, "--multiprocessing", "--repeats", "3", "--data-dir", str(tmp_path))
    outcome = cli("compare", "augmented", *options, "--name", "ways", fit=machine)
    assert outcome.code == 0, outcome.err
    turns = [plan.workload == "pydataset" for plan in machine.plans]
    assert turns == [False] * 3 + [True] * 2 + [False] * 6 + [True]
    for text in (outcome.out, cli("report", "ways", "--data-dir", str(tmp_path)).out):
        table = text[text.index("  way ") :].splitlines()
        assert [line.split("  ")[1] for line in table[1:4]] == [
            "sequential",
            "parallel calls (threads)",
            f"{machine.plans[2].settings['map.processes']} processes",
        ]
        assert table[4].startswith("  PyDataset, ")
        flat = " ".join(text.split())
        assert "Python functions: " in flat
        assert "another workload, with random numbers of its own" in flat
    html, folder = tmp_path / "ways.html", ("--data-dir", str(tmp_path))
    document = json.loads(cli("report", "ways", "--json", "-", *folder).out)
    assert document["experiment"]["workloads"] == ["augmented"] * 3 + ["pydataset"]
    assert document["ways"]["D"]["way"].startswith("PyDataset, ")
    assert document["ways"]["C"]["helps_python"] == "yes"
    assert any(text.startswith("Python functions: ") for text in document["conclusions"])
    assert cli("report", "ways", "--html", str(html), *folder).code == 0
    text = html.read_text(encoding="utf-8")
    assert "Threads, processes or a service?" in text
    assert "class Pictures(keras.utils.PyDataset)" in text


def test_a_comparison_with_a_py_dataset_goes_on_where_it_was_stopped(cli: Cli) -> None:
    class Stops(Machine):
        def __call__(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
            self.plans.append(plan)
            if len(self.plans) == stop_at:
                emit(RunEnded(RunState.STOPPED))
                return
            for event in events_of(even_samples(100, 1)):
                emit(event)

    words = ("--set", "map.implementation=python", "--multiprocessing", "--repeats", "1")
    stop_at = 4
    assert cli("compare", "augmented", *words, fit=Stops()).code == 130
    stop_at, machine = 0, Stops()
    assert cli("compare", "augmented", *words, fit=machine).code == 0
    assert [plan.workload for plan in machine.plans] == ["pydataset"]


def test_ways_are_not_compared_where_there_is_but_one(cli: Cli) -> None:
    outcome = cli("compare", "augmented", "--multiprocessing", *SIDES)
    assert outcome.code == 2
    assert "--multiprocessing says what is compared" in outcome.err


def test_a_comparison_that_is_recorded_elsewhere_is_followed_with_its_runs(
    cli: Cli, tmp_path: Path
) -> None:
    server, here = tmp_path / "server", Session(Folders.under(tmp_path / "here"))
    done = cli("compare", "in_memory", *SIDES, "--record-to", str(server), "--repeats", "2",
               fit=Machine())  # fmt: skip
    assert done.code == 0
    there = Session(Folders.under(server))
    (compared,), logs = there.experiments.all, sorted(there.folders.logs.glob("*.run"))
    there.close()
    files = sorted(file.name for file in server.rglob("*"))
    for log in logs:
        take_log(log, here.folders, ImportTarget.of(here))
        here.refresh()
    (kept,) = here.experiments.all
    assert kept == compared
    assert len(here.experiments.runs(kept)) == 4
    assert sorted(file.name for file in server.rglob("*")) == files
    here.close()


@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_what_is_not_kept_has_no_folder_to_be_kept_in(cli: Cli, command: str) -> None:
    found = cli(command, "in_memory", "--no-record", "--record-to", "x", fit=Machine())
    assert found.code == 2
    assert "not allowed with argument" in found.complaint
