"""Comparisons and sweeps are kept, gone on with, settled and done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.analysis.comparisons.comparison import Comparison
from core.analysis.sweeps.sweep import SweepResult
from core.folders import Folders
from core.model.errors import ExplorerError, InputError
from core.model.events import EnvironmentSeen, RunEnded
from core.model.experiment import Experiment, SweptKnob
from core.model.kinds import Value
from core.model.plan import RunPlan
from core.model.run import Failure, RunState
from core.model.turn import ExperimentKind
from core.session import Session
from core.workloads.catalogue import workload
from tests.builders import even_samples, events_of
from tests.core.store.recorded import abandon
from tests.disks import Disk
from tests.experiment_builders import as_read

Wait = Callable[[RunPlan], float]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(Folders.under(tmp_path))


def settings(**changes: Value) -> dict[str, Value]:
    knobs = {key.replace("__", "."): value for key, value in changes.items()}
    return workload("in_memory").chain.defaults().with_values(knobs)


def comparison(repeats: int = 3, *, early: bool = False, name: str = "") -> Experiment:
    sides = settings(prefetch__buffer_size="off"), settings(prefetch__buffer_size=2)
    return Experiment(
        ExperimentKind.COMPARISON, "in_memory", sides, repeats, early=early, name=name
    )


def sweep() -> Experiment:
    axes = (SweptKnob("prefetch.buffer_size", ("off", 2)), SweptKnob("batch.batch_size", (16, 32)))
    found = tuple(
        settings(prefetch__buffer_size=buffer, batch__batch_size=batch)
        for buffer in axes[0].values
        for batch in axes[1].values
    )
    return Experiment(ExperimentKind.SWEEP, "in_memory", found, 2, axes, "grid")


def prefetch_helps(plan: RunPlan) -> float:
    return 0.04 if plan.settings["prefetch.buffer_size"] == "off" else 0.01


def carry_out(
    session: Session,
    plan: RunPlan,
    wait: Wait = prefetch_helps,
    state: RunState = RunState.DONE,
    environment: dict[str, Value] | None = None,
) -> None:
    session.begin(plan)
    if environment:
        session.handle(EnvironmentSeen(environment))
    failure = Failure("The disk is full") if state is RunState.FAILED else None
    ending = RunEnded(state, failure, 3.25, 0.125)
    for event in events_of(even_samples(60, 1, wait_s=wait(plan)), ending):
        if not (environment and isinstance(event, EnvironmentSeen)):
            session.handle(event)


def carry_out_queue(session: Session, wait: Wait = prefetch_helps) -> int:
    count = 0
    while (plan := session.queue.take()) is not None:
        carry_out(session, plan, wait)
        count += 1
    return count


def begun(session: Session, experiment: Experiment) -> Experiment:
    session.experiments.add(experiment)
    session.queue.add(*session.experiments.plans(experiment))
    return experiment


def test_an_experiment_outlives_the_session_with_all_that_was_asked_for(session: Session) -> None:
    kept = (comparison(name="prefetch?"), sweep())
    for one in kept:
        session.experiments.add(one)
    session.close()
    again = Session(session.folders)
    assert again.experiments.all == tuple(sorted(kept, key=lambda one: one.created))
    again.close()


def test_one_that_was_left_in_the_middle_goes_on_with_what_is_missing(session: Session) -> None:
    experiment = begun(session, sweep())
    whole = [plan.turn for plan in session.queue.plans]
    for _ in range(3):
        plan = session.queue.take()
        assert plan is not None
        carry_out(session, plan)
    session.close()
    again = Session(session.folders)
    (found,) = again.experiments.all
    assert [plan.turn for plan in again.experiments.plans(found)] == whole[3:]
    again.queue.add(*again.experiments.plans(found))
    assert carry_out_queue(again) == 5
    assert again.experiments.missing(found) == ()
    result = again.experiments.result(found)
    assert isinstance(result, SweepResult)
    assert result.influence[0].key == "prefetch.buffer_size"
    assert [len(point.counted) for point in result.points] == [2, 2, 2, 2]
    again.close()
    assert experiment.id == found.id


def test_what_is_not_complete_is_listed_with_how_many_runs_are_missing(session: Session) -> None:
    assert session.experiments.unfinished() == ()
    first, second = begun(session, comparison(2)), begun(session, sweep())
    for _ in range(3):
        plan = session.queue.take()
        assert plan is not None
        carry_out(session, plan)
    assert session.experiments.unfinished() == ((first, 1), (second, 8))
    carry_out_queue(session)
    assert session.experiments.unfinished() == ()
    third = begun(session, comparison(2))
    session.experiments.change(third.id, deleted=True)
    assert session.experiments.unfinished() == ()


def test_a_repeat_that_failed_or_was_stopped_is_missing_until_it_is_done(session: Session) -> None:
    experiment = begun(session, comparison(2))
    for state in (RunState.FAILED, RunState.STOPPED, RunState.DONE, RunState.DONE):
        plan = session.experiments.plans(experiment)[0]
        carry_out(session, plan, state=state)
    assert list(session.experiments.missing(experiment)) == [(1, 1), (1, 0)]
    # The one that was done counts, not the one that failed before it.
    assert session.experiments.runs(experiment)[0, 0].state is RunState.DONE


def test_nothing_is_claimed_for_good_before_all_repeats_are_there(session: Session) -> None:
    experiment = begun(session, comparison(4))
    for _ in range(6):
        plan = session.queue.take()
        assert plan is not None
        carry_out(session, plan)
    found = session.experiments.result(experiment)
    assert isinstance(found, Comparison)
    assert found.interim
    assert found.decisive.verdict(0) == "faster so far"
    assert found.notes[0].startswith("3 of 4 repeats so far")
    carry_out_queue(session)
    found = session.experiments.result(experiment)
    assert isinstance(found, Comparison)
    assert found.decisive.verdict(0) == "faster"


def test_a_comparison_that_is_settled_takes_what_is_left_of_it_out_of_the_queue(
    session: Session,
) -> None:
    experiment = begun(session, comparison(8, early=True))
    other = session.plan(workload("in_memory"), workload("in_memory").chain.defaults())
    session.queue.add(other)
    assert carry_out_queue(session) == 7
    found = session.experiments.get(experiment.id)
    assert found.settled_after == 3
    assert session.experiments.missing(found) == ()
    result = session.experiments.result(found)
    assert isinstance(result, Comparison)
    assert not result.interim
    assert result.decisive.verdict(0) == "faster"
    assert result.notes[0] == "Stopped early, after 3 of 8 repeats: the intervals settle it."
    # The run by itself was not touched by that.
    assert session.run(other.id).state is RunState.DONE


def test_a_comparison_without_a_difference_is_not_stopped_by_chance(session: Session) -> None:
    experiment = begun(session, comparison(5, early=True))
    turns = iter((0.01, 0.03, 0.02, 0.012, 0.03, 0.011, 0.014, 0.029, 0.01, 0.02))
    assert carry_out_queue(session, lambda plan: next(turns)) == 10
    assert session.experiments.get(experiment.id).settled_after is None


def test_runs_of_another_machine_are_shown_but_not_pooled(session: Session) -> None:
    experiment = begun(session, comparison(4))
    here: dict[str, Value] = {"python": "3.11.7", "tensorflow": "2.21.0"}
    for number, plan in enumerate(session.experiments.plans(experiment)):
        there = {**here, "tensorflow": "2.20.0"}
        # The first pair ran before an update; it was four times as fast then.
        wait = (lambda plan: 0.001) if number < 2 else prefetch_helps
        carry_out(session, plan, wait, environment=there if number < 2 else here)
    found = session.experiments.result(experiment)
    assert isinstance(found, Comparison)
    ratio = found.decisive.ratios[0]
    assert ratio is not None
    assert ratio.pairs == 3
    assert any("tensorflow 2.20.0 instead of 2.21.0" in note for note in found.notes)
    assert any("A 1, B 1 ran in another environment" in note for note in found.notes)


def test_a_repeat_far_from_the_others_is_pointed_out_and_counts(session: Session) -> None:
    experiment = begun(session, comparison(5))
    waits = iter((0.04, 0.01, 0.0102, 0.041, 0.0405, 0.2, 0.0101, 0.0395, 0.04, 0.0099))
    carry_out_queue(session, lambda plan: next(waits))
    found = session.experiments.result(experiment)
    assert isinstance(found, Comparison)
    (far,) = found.far
    assert session.run(far).name == "B 3"
    assert any("B 3 lies far from the other repeats of B" in note for note in found.notes)
    ratio = found.decisive.ratios[0]
    assert ratio is not None
    assert ratio.pairs == 5


def test_a_copy_is_run_anew_and_leaves_what_was_measured_alone(session: Session) -> None:
    experiment = begun(session, comparison(3, early=True, name="prefetch?"))
    carry_out_queue(session)
    copy = session.experiments.copy(session.experiments.get(experiment.id), name="again")
    session.experiments.add(copy)
    assert len(session.experiments.plans(copy)) == 6
    assert copy.configurations == experiment.configurations
    assert (copy.name, copy.settled_after) == ("again", None)
    assert session.experiments.missing(experiment) == ()


def test_a_deleted_experiment_is_gone_from_the_list_and_its_runs_stay(session: Session) -> None:
    experiment = begun(session, comparison(1))
    carry_out_queue(session)
    session.experiments.change(experiment.id, deleted=True)
    assert session.experiments.all == ()
    assert len(session.runs) == 2
    session.experiments.change(experiment.id, deleted=False)
    assert [one.id for one in session.experiments.all] == [experiment.id]


def test_what_cannot_be_kept_is_not_shown_either(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    Disk(session.folders.runs, monkeypatch).fill()
    with pytest.raises(ExplorerError, match="No space left"):
        session.experiments.add(comparison())
    assert session.experiments.all == ()


def test_a_run_that_cannot_be_kept_does_not_lose_those_behind_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = begun(session, comparison(2))
    plan = session.queue.take()
    assert plan is not None
    session.begin(plan)
    Disk(session.folders.runs, monkeypatch).fill()
    with pytest.raises(ExplorerError, match="No space left"):
        session.handle(RunEnded(RunState.STOPPED, None, 1.0, 0.1))
    assert len(session.queue) == 4
    assert session.queue.paused
    assert session.queue.plans[0].turn == plan.turn
    assert experiment.repeats == 2


def test_one_whose_workload_is_gone_stays_in_the_list_and_says_so(session: Session) -> None:
    session.experiments.add(as_read(replace(sweep(), workload="gone")))
    (found,) = session.experiments.all
    with pytest.raises(InputError, match="gone"):
        session.experiments.result(found)


def test_a_repeat_that_was_stopped_is_still_to_be_made(session: Session) -> None:
    experiment = begun(session, comparison(3))
    plans = session.queue.plans
    for plan in plans[:-1]:
        carry_out(session, plan)
    carry_out(session, plans[-1], state=RunState.STOPPED)
    found = session.experiments.result(experiment)
    assert isinstance(found, Comparison)
    assert found.interim
    assert found.decisive.verdict(0).endswith("so far")


def test_a_repeat_that_was_interrupted_is_missing_and_still_to_be_made(session: Session) -> None:
    experiment = begun(session, comparison(3))
    plans = session.queue.plans
    for plan in plans[:-1]:
        carry_out(session, plan)
    session.begin(plans[-1])
    for event in events_of(even_samples(60, 1))[:-1]:
        session.handle(event)
    abandon(session)
    again = Session(session.folders)
    assert [run.state for run in again.runs][-1] is RunState.INTERRUPTED
    assert again.experiments.unfinished() == ((experiment, 1),)
    assert [plan.turn for plan in again.experiments.plans(experiment)] == [plans[-1].turn]
    found = again.experiments.result(experiment)
    assert isinstance(found, Comparison)
    assert found.interim
    carry_out(again, again.experiments.plans(experiment)[0])
    found = again.experiments.result(experiment)
    assert isinstance(found, Comparison)
    assert not found.interim
    again.close()


def test_one_program_at_a_time_carries_an_experiment_out(session: Session) -> None:
    experiment = begun(session, comparison(2))
    other = Session(session.folders)
    assert session.experiments.leases.take(experiment.id)
    assert session.experiments.leases.take(experiment.id)
    assert not other.experiments.leases.take(experiment.id)
    session.close()
    assert other.experiments.leases.take(experiment.id)
    other.close()


def test_what_another_program_recorded_is_there_after_a_refresh(session: Session) -> None:
    experiment = begun(session, comparison(2))
    other = Session(session.folders)
    assert carry_out_queue(session) == 4
    assert len(other.experiments.missing(experiment)) == 4
    other.refresh()
    assert other.experiments.missing(experiment) == ()
    assert len(other.runs) == 4
    session.experiments.change(experiment.id, name="renamed")
    other.refresh()
    assert other.experiments.get(experiment.id).name == "renamed"
    other.close()


def test_peak_memory_of_a_process_has_no_ratio(session: Session) -> None:
    experiment = begun(session, comparison(3))
    carry_out_queue(session)
    found = session.experiments.result(experiment)
    assert isinstance(found, Comparison)
    ratios = {result.metric.key: result.ratios for result in found.results}
    assert ratios["peak_memory_mb"] == (None,)
