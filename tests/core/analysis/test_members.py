"""Which experiment runs belong to, and whether they count."""

from __future__ import annotations

from dataclasses import replace

from core.analysis.comparisons.members import members
from core.model.run import RunState
from tests.builders import run_of
from tests.experiments import comparison_of_two, failed, runs_at, sweep_of_two_knobs


def test_a_run_knows_its_experiment_configuration_and_repeat() -> None:
    experiment = comparison_of_two(name="Mine")
    runs = runs_at(experiment, (1000.0, 1300.0))
    found = [members(runs, [experiment])[run.id] for run in runs]
    assert [f"{one.configuration}{one.repeat}" for one in found] == [
        "A1",
        "B1",
        "B2",
        "A2",
        "A3",
        "B3",
    ]
    assert {(one.title, one.kind, one.counted_words()) for one in found} == {
        ("Mine", "comparison", "yes")
    }


def test_runs_by_themselves_belong_to_none_and_unnamed_ones_go_by_their_id() -> None:
    experiment = sweep_of_two_knobs()
    (run, *_) = runs_at(experiment, [1000.0] * 6)
    found = members([run_of(number=9), run])
    assert list(found) == [run.id]
    assert found[run.id].title == experiment.id
    assert found[run.id].configuration.startswith("#")


def test_what_does_not_count_says_why() -> None:
    experiment = comparison_of_two()
    runs = runs_at(experiment, (1000.0, 1300.0))
    again = replace(runs[0], plan=replace(runs[0].plan, id="again"))
    runs[0] = failed(runs[0])
    runs[1] = replace(runs[1], state=RunState.STOPPED)
    runs[2] = replace(runs[2], state=RunState.RUNNING)
    runs[3] = replace(runs[3], environment={"python": "3.12.1", "cores": 2})
    found = members([*runs, again], [experiment])
    assert [found[run.id].why_not for run in runs] == [
        "failed, run again as A 1",
        "stopped",
        "under way",
        "other environment (python 3.12.1 instead of 3.11.7)",
        "",
        "",
    ]
    assert found["again"].counted


def test_repeats_behind_the_one_that_settled_it_do_not_count() -> None:
    experiment = comparison_of_two(repeats=3)
    runs = runs_at(experiment, (1000.0, 1300.0))
    found = members(runs, [replace(experiment, settled_after=2)])
    assert [found[run.id].counted for run in runs] == [True] * 4 + [False] * 2
    assert found[runs[-1].id].why_not == "settled after 2 repeats"
