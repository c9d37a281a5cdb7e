"""``--engine``: where a run trains, said with the reason, refused where it cannot be."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.folders import Folders
from core.model.events import Event, RunEnded, StopAdvanced, StopStage
from core.model.plan import RunPlan
from core.model.run import RunState
from core.session import Session
from tests.builders import even_samples, events_of, scripted_fit
from tests.core.cli.conftest import Cli

Emit = Callable[[Event], None]
Cancelled = Callable[[], bool]
PYTHON = ("--set", "map.implementation=python")
SIDES = ("--b", "prefetch.buffer_size=2", "--repeats", "1")


class Noted:
    """Trains nothing and notes what was planned."""

    def __init__(self) -> None:
        self.engines: set[str] = set()

    def __call__(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        self.engines.add(plan.engine)
        scripted_fit(events_of(even_samples()))(plan, emit, cancelled)


@pytest.mark.parametrize(
    ("words", "engine", "said"),
    [
        (("run", "augmented"), "window", "trains in this program"),
        (("run", "augmented", *PYTHON), "process", "a Python function in the pipeline"),
        (("run", "augmented", *PYTHON, "--engine", "window"), "window", "this program: --engine"),
        (("run", "augmented", "--engine", "process"), "process", "its own: --engine"),
        (("ceilings", "augmented", *PYTHON), "process", "a Python function in the pipeline"),
        (("compare", "augmented", *SIDES), "process", "its own: a comparison or sweep"),
        (("compare", "augmented", *SIDES, "--engine", "window"), "window", "this program: --engi"),
        (("sweep", "augmented", "--vary", "prefetch.buffer_size=1,2"), "process", "or sweep"),
        (("run", "in_memory", "--set", "process.intra_op_threads=2"), "process", "is set"),
    ],
)
def test_which_engine_and_why(cli: Cli, words: tuple[str, ...], engine: str, said: str) -> None:
    fit = Noted()
    found = cli(*words, fit=fit)
    assert fit.engines == {engine}
    line = next(line for line in found.err.splitlines() if " trains " in line)
    assert said in line


@pytest.mark.parametrize(
    "words",
    [
        ("run", "in_memory", "--set", "process.intra_op_threads=2"),
        ("ceilings", "in_memory", "--set", "process.intra_op_threads=2"),
        ("compare", "in_memory", "--b", "process.intra_op_threads=2"),
        ("sweep", "in_memory", "--vary", "process.intra_op_threads=1,2"),
    ],
)
def test_the_window_is_refused_for_what_needs_a_process(cli: Cli, words: tuple[str, ...]) -> None:
    fit = Noted()
    found = cli(*words, "--engine", "window", fit=fit)
    assert found.code == 2
    assert "process.intra_op_threads" in found.complaint
    assert "--engine process" in found.complaint
    assert fit.engines == set()


def test_another_word_is_refused_with_those_that_there_are(cli: Cli) -> None:
    found = cli("run", "in_memory", "--engine", "thread")
    assert found.code == 2
    assert "window" in found.complaint
    assert "process" in found.complaint


@pytest.mark.parametrize("engine", ["window", "process"])
def test_documents_carry_it(cli: Cli, engine: str) -> None:
    words = ("--engine", engine, "--json", "-")
    run = json.loads(cli("run", "in_memory", *words).out)
    assert run["engine"] == engine
    ceilings = json.loads(cli("ceilings", "in_memory", *words).out)
    assert ceilings["engine"] == engine
    comparison = json.loads(cli("compare", "in_memory", *SIDES, *words).out)
    assert comparison["experiment"]["engine"] == engine


def test_it_is_kept_with_the_run(cli: Cli, data_dir: Path) -> None:
    cli("run", "in_memory", "--engine", "process")
    session = Session(Folders.under(data_dir))
    assert [run.plan.engine for run in session.runs] == ["process"]
    session.close()


def test_what_a_stop_is_at_is_said(cli: Cli) -> None:
    def stopped(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        for event in (*events_of(even_samples())[:-1], *map(StopAdvanced, StopStage)):
            emit(event)
        emit(RunEnded(RunState.STOPPED))

    found = cli("run", "in_memory", fit=stopped)
    assert found.code == 130
    assert "ending its process\nkilling its process\n" in found.err
