"""How far a comparison or a sweep has come, from its runs and the queue."""

from __future__ import annotations

from dataclasses import replace

from core.analysis.sweeps.progress import ExperimentState, progress_of
from core.model.experiment import Experiment
from core.model.run import Run, RunState
from core.model.turn import Place
from tests.builders import run_of
from tests.experiment_builders import comparison


def run_at(experiment: Experiment, place: Place, state: RunState = RunState.DONE) -> Run:
    return replace(run_of(state=state), plan=experiment.plan(place, "/data"))


def runs_at(experiment: Experiment, *places: Place) -> list[Run]:
    return [run_at(experiment, place) for place in places]


def test_without_a_run_it_is_incomplete_and_while_runs_wait_it_waits() -> None:
    experiment = comparison(repeats=2)
    assert progress_of(experiment, ()).text() == "0 of 4 · incomplete"
    waits = progress_of(experiment, (), experiment.order)
    assert waits.text() == "0 of 4 · waiting"
    assert waits.waiting == 4


def test_with_a_run_under_way_it_is_under_way_whatever_waits() -> None:
    experiment = comparison(repeats=2)
    runs = [run_at(experiment, (0, 0)), run_at(experiment, (0, 1), RunState.RUNNING)]
    found = progress_of(experiment, runs, experiment.order[2:])
    assert found.text() == "1 of 4 · under way"


def test_with_all_runs_done_it_is_complete() -> None:
    experiment = comparison(repeats=2)
    assert (
        progress_of(experiment, runs_at(experiment, *experiment.order)).stage
        is ExperimentState.COMPLETE
    )


def test_one_that_was_settled_early_is_done_with_the_repeats_up_to_there() -> None:
    experiment = replace(comparison(repeats=6, early=True), settled_after=4)
    found = progress_of(experiment, runs_at(experiment, *experiment.order))
    assert found.text() == "8 of 8 · settled after 4 repeats"


def test_a_failed_run_is_said_until_another_at_its_place_is_done() -> None:
    experiment = comparison(repeats=1)
    failed = run_at(experiment, (0, 1), RunState.FAILED)
    runs = [run_at(experiment, (0, 0)), failed]
    assert progress_of(experiment, runs).text() == "1 of 2, 1 not done · incomplete"
    again = progress_of(experiment, [*runs, run_at(experiment, (0, 1))])
    assert again.text() == "2 of 2 · complete"


def test_runs_beyond_what_is_planned_count_for_nothing() -> None:
    experiment = comparison(repeats=1)
    runs = runs_at(experiment, (0, 0), (3, 0), (3, 1))
    assert progress_of(experiment, [*runs, run_of()]).done == 1
