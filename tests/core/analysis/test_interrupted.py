"""What an interrupted run is to all that compares runs: as one that was stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.by_setting.grouping import RunSettings, gather
from core.analysis.comparisons.comparison import Comparison, comparison_of
from core.analysis.comparisons.places import by_place
from core.analysis.sweeps.progress import progress_of
from core.analysis.sweeps.sweep import sweep_of
from core.export.run_json import run_document
from core.export.runs_csv import RunsCsv
from core.metrics.catalogue import metric
from core.model.run import RunState
from core.store.read_log import interrupted
from tests.experiments import comparison_of_two, runs_at, sweep_of_two_knobs

SPEED = metric("throughput_examples_per_s")


def test_a_comparison_waits_for_it_to_be_run_again() -> None:
    experiment = comparison_of_two()
    runs = runs_at(experiment, (1000.0, 1300.0))
    states = (RunState.STOPPED, RunState.INTERRUPTED)
    stopped, broken = (
        comparison_of(experiment, by_place(experiment.id, [*runs[:-1], replace(runs[-1], state=s)]))
        for s in states
    )
    assert broken.interim
    assert broken.notes == stopped.notes
    assert isinstance(broken, Comparison)


def test_a_sweep_counts_it_as_not_made_yet() -> None:
    experiment = sweep_of_two_knobs()
    runs = runs_at(experiment, (1000.0,) * 6)
    runs[3] = interrupted(runs[3])
    found = sweep_of(experiment, by_place(experiment.id, runs))
    assert any("11 of 12 runs so far" in note for note in found.notes)


def test_a_plot_against_settings_shows_it_apart() -> None:
    experiment = comparison_of_two()
    runs = runs_at(experiment, (1000.0, 1300.0))
    candidates = [
        RunSettings(run, run.plan.settings) for run in [*runs[:-1], interrupted(runs[-1])]
    ]
    found = gather(candidates, SPEED, {})
    (apart,) = (reading for reading in found.readings if reading.excluded_reason)
    assert apart.excluded_reason == "interrupted before its end"
    assert "1 interrupted before the end: shown hollow, not counted." in found.notes()


def test_exports_say_what_became_of_it() -> None:
    run = interrupted(runs_at(comparison_of_two(), (1000.0, 1300.0))[0])
    document = run_document(run)
    assert document["state"] == "interrupted"
    assert "110 steps kept" in document["failure"]["what"]
    row = RunsCsv().text([run], {})
    assert "interrupted" in row
    assert "110 steps kept" in row


@pytest.mark.parametrize("state", [RunState.STOPPED, RunState.INTERRUPTED])
def test_its_experiment_is_incomplete(state: RunState) -> None:
    experiment = comparison_of_two()
    runs = runs_at(experiment, (1000.0, 1300.0))
    progress = progress_of(experiment, [*runs[:-1], replace(runs[-1], state=state)])
    assert (progress.done, progress.undone) == (len(runs) - 1, 1)
