"""What a comparison comes to before it is begun, and what stands in its way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.sweeps.time_needed import Durations
from core.model.kinds import Value
from core.model.plan import PROCESS, WINDOW
from core.model.turn import ExperimentKind
from core.workloads.catalogue import workload
from gui.comparison.candidates import AGAIN, Candidate
from gui.comparison.comparison_draft import ComparisonDraft
from tests.builders import run_of

CHAIN = workload("augmented").chain


def candidate(key: str, of: str = "augmented", **changes: Value) -> Candidate:
    values = {name.replace("__", "."): value for name, value in changes.items()}
    return Candidate(key, key, of, workload(of).chain.defaults().with_values(values))


NAIVE, PREFETCH = candidate("naive"), candidate("prefetch", prefetch__buffer_size=2)
ONCE_MORE = Candidate(AGAIN, "A again", "augmented", None)


def test_two_configurations_are_run_as_often_as_asked_for() -> None:
    draft = ComparisonDraft((NAIVE, PREFETCH), repeats=4, early=True, name="mine")
    assert draft.obstacle() == ""
    experiment = draft.experiment()
    assert experiment.kind is ExperimentKind.COMPARISON
    assert [
        configuration["prefetch.buffer_size"] for configuration in experiment.configurations
    ] == ["off", 2]
    assert (experiment.repeats, experiment.early, experiment.name) == (4, True, "mine")


def test_how_many_runs_it_is_and_how_long_they_take_is_said_before() -> None:
    run = run_of(workload="augmented", values=dict(CHAIN.defaults()))
    durations = Durations([run])
    draft = ComparisonDraft((NAIVE, PREFETCH), repeats=5)
    # 3.25 s each.
    assert draft.amount(durations, "") == "10 runs, about 32 s"
    early = ComparisonDraft((NAIVE, PREFETCH), repeats=5, early=True)
    assert early.amount(durations, "").startswith("at most 10 runs")
    assert "not known yet" in draft.amount(Durations([]), "")


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ((), "at least one"),
        ((NAIVE,), "at least one"),
        ((NAIVE, PREFETCH, candidate("same", prefetch__buffer_size=2)), "B and C have the same"),
        ((NAIVE, candidate("other", of="in_memory")), "A is one of augmented and B one of in_mem"),
        ((NAIVE, Candidate("gone", "gone", "augmented", None, "No such knob.")), "B cannot be run"),
        (tuple(candidate(str(n), fit__epochs=1 + n) for n in range(27)), "At most 26"),
    ],
)
def test_what_stands_in_the_way_is_said(chosen: tuple[Candidate, ...], expected: str) -> None:
    draft = ComparisonDraft(chosen)
    assert expected in draft.obstacle()
    assert draft.amount(Durations([]), "") == ""


def test_the_same_settings_are_compared_only_where_that_is_asked_for() -> None:
    assert "A again" in ComparisonDraft((NAIVE, candidate("also"))).obstacle()
    draft = ComparisonDraft((NAIVE, ONCE_MORE))
    assert draft.obstacle() == ""
    one, other = draft.experiment().configurations
    assert one == other
    assert draft.suggested_name() == "augmented against itself"
    # Also where the baseline is of another workload than the settings on the left.
    elsewhere = candidate("elsewhere", of="in_memory")
    assert ComparisonDraft((elsewhere, ONCE_MORE)).experiment().workload == "in_memory"


def test_the_same_pictures_through_a_py_dataset_are_compared_in_one_comparison() -> None:
    python = candidate("python", map__implementation="python")
    draft = ComparisonDraft((python, candidate("keras", of="pydataset"), ONCE_MORE))
    assert draft.obstacle() == ""
    assert any("the losses will not compare" in note for note in draft.notes())
    assert "9 runs" in replace(draft, repeats=3).amount(Durations([]), "")
    experiment = draft.experiment()
    assert experiment.workloads == ("augmented", "pydataset", "augmented")
    plans = [experiment.plan((0, which), "") for which in range(3)]
    assert [plan.workload for plan in plans] == list(experiment.workloads)
    assert ComparisonDraft((NAIVE, PREFETCH)).experiment().workloads == ()


def test_too_few_repeats_for_a_verdict_are_said() -> None:
    assert "no verdict" in ComparisonDraft((NAIVE, PREFETCH), repeats=2).notes()[0]
    assert ComparisonDraft((NAIVE, PREFETCH), repeats=3).notes() == ()


def test_stopping_early_says_what_it_costs() -> None:
    plain = ComparisonDraft((NAIVE, PREFETCH)).schedule()
    early = ComparisonDraft((NAIVE, PREFETCH), early=True).schedule()
    assert plain == "Intervals hold with 95 % confidence."
    assert "98.33 %" in early
    assert "3 looks" in early
    assert "wider" in early
    several = ComparisonDraft((NAIVE, PREFETCH, candidate("c", fit__epochs=2))).schedule()
    assert "2 comparisons" in several
    assert "more than 3 repeats" in ComparisonDraft((NAIVE, PREFETCH), 3, early=True).schedule()


def test_runs_are_isolated_unless_asked_for_otherwise_which_is_then_said() -> None:
    assert ComparisonDraft((NAIVE, PREFETCH)).experiment().engine == PROCESS
    within = ComparisonDraft((NAIVE, PREFETCH), engine=WINDOW)
    assert within.experiment().engine == WINDOW
    (note,) = within.notes()
    assert "share one TensorFlow" in note
    python = ComparisonDraft((NAIVE, candidate("p", map__implementation="python")), engine=WINDOW)
    assert "would be isolated: a Python function" in python.notes()[1]


def test_what_only_a_process_of_its_own_can_have_stands_in_the_way_in_the_window() -> None:
    threads = candidate("t", process__intra_op_threads=1)
    assert ComparisonDraft((NAIVE, threads)).obstacle() == ""
    obstacle = ComparisonDraft((NAIVE, threads), engine=WINDOW).obstacle()
    assert obstacle == "process threads in an op cannot be set in this window: choose isolated."


def test_settings_that_change_the_training_or_the_device_are_pointed_out() -> None:
    other = candidate("b", batch__batch_size=8, fit__device="emulated:20")
    notes = " ".join(ComparisonDraft((NAIVE, other)).notes())
    assert "batch changes the training" in notes
    assert "The devices differ" in notes


def test_a_name_is_suggested_by_what_differs() -> None:
    assert ComparisonDraft((NAIVE, PREFETCH)).experiment().name == ("prefetch: off or 2 batches")
    more = candidate("c", prefetch__buffer_size=4, fit__epochs=2, map__num_parallel_calls=2)
    assert ComparisonDraft((NAIVE, more)).suggested_name() == (
        "map parallel calls, prefetch and 1 more"
    )
