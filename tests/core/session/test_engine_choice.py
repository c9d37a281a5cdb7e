"""Which engine a run takes by itself, and what it says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.folders import Folders
from core.model.chain import recorded
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.plan import PROCESS, WINDOW, Part
from core.model.turn import ExperimentKind
from core.session import Session
from core.session.engine_choice import engine_for
from core.workloads.catalogue import workload
from tests.builders import run_of


def choice(name: str, *assignments: str, experiment: bool = False) -> tuple[str, str]:
    of = workload(name)
    settings = of.chain.defaults().with_assignments(assignments)
    found = engine_for(of.code, settings, experiment=experiment)
    return found.engine, found.text


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session(Folders.under(tmp_path), record=False)
    yield made
    made.close()


def test_a_pipeline_that_tensorflow_runs_by_itself_trains_in_the_window() -> None:
    assert choice("augmented") == (WINDOW, "in this window")


def test_a_python_function_is_kept_apart_from_the_window() -> None:
    engine, text = choice("augmented", "map.implementation=python")
    assert engine == PROCESS
    assert text == "isolated: a Python function in the pipeline holds Python's global lock"


def test_a_python_function_that_is_off_does_not_count() -> None:
    off = ("map.implementation=python", "map.enabled=off")
    assert choice("augmented", *off) == (WINDOW, "in this window")


def test_comparisons_and_sweeps_are_isolated() -> None:
    assert choice("in_memory", experiment=True) == (PROCESS, "isolated: a comparison or sweep")


def test_what_holds_for_a_whole_process_needs_one() -> None:
    engine, text = choice("in_memory", "process.inter_op_threads=2")
    assert (engine, text) == (PROCESS, "isolated: process.inter_op_threads is set")


def test_a_gpu_is_given_back() -> None:
    assert choice("in_memory", "fit.device=gpu:0")[0] == PROCESS


def test_a_plan_takes_it_unless_another_is_chosen(session: Session) -> None:
    of = workload("augmented")
    python = of.chain.defaults().with_assignments(["map.implementation=python"])
    assert session.plan(of, python).engine == PROCESS
    assert session.plan(of, python, engine=WINDOW).engine == WINDOW
    assert session.plan(of, of.chain.defaults(), Part.MODEL, PROCESS).engine == PROCESS


def test_the_window_is_refused_for_what_needs_a_process_of_its_own(session: Session) -> None:
    of = workload("in_memory")
    settings = of.chain.defaults().with_assignments(["process.xla_flags=--xla_a=1"])
    assert session.plan(of, settings).engine == PROCESS
    with pytest.raises(InputError, match=r"process\.xla_flags cannot be set in this window"):
        session.plan(of, settings, engine=WINDOW)


# -- runs that are older than the knobs ----------------------------------------------------------


def test_ceilings_of_older_runs_hold_for_the_same_settings(session: Session) -> None:
    from core.analysis.stages.ceilings import ceiling_key

    of = workload("in_memory")
    plan = session.plan(of, of.chain.defaults())
    older = {key: one for key, one in plan.settings.items() if not key.startswith("process.")}
    assert ceiling_key(replace(plan, settings=recorded(older))) == ceiling_key(plan)
    other = replace(plan, settings=recorded({**plan.settings, "process.intra_op_threads": 1}))
    assert ceiling_key(other) != ceiling_key(plan)
    assert ceiling_key(replace(plan, engine=PROCESS)) != ceiling_key(plan)


def test_an_experiment_that_was_begun_before_is_gone_on_with_by_its_own_engine(
    session: Session,
) -> None:
    of = workload("in_memory")
    new = of.chain.defaults()
    old = {key: value for key, value in new.items() if not key.startswith("process.")}
    other = {**old, "prefetch.buffer_size": 2}
    begun = session.experiments.add(
        Experiment(
            ExperimentKind.COMPARISON, of.id, (recorded(old), recorded(other)), 2, engine=WINDOW
        )
    )
    run = run_of()
    turn = begun.turn((0, 0))
    session._runs[run.id] = replace(run, plan=replace(run.plan, settings=recorded(old), turn=turn))
    wanted = Experiment(
        ExperimentKind.COMPARISON, of.id, (new, new.with_values({"prefetch.buffer_size": 2})), 2
    )
    assert session.experiments.unfinished_like(wanted) is None
    assert session.experiments.unfinished_like(replace(wanted, engine=WINDOW)) == begun
