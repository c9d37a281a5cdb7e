"""What is exported of runs of a million steps is as small as of short ones, and so is the work."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.export.report import report_html
from core.export.runs_csv import RunsCsv
from core.export.runs_json import RunsJson
from core.model.experiment import Experiment
from core.model.run import Run
from core.user_code.known_workloads import Workloads
from tests.builders import even_samples
from tests.experiments import comparison_of_two, runs_at

MILLION, SHORT = 1_000_000, 2_000
MOST_BYTES = 60_000_000
"""Six runs of a million steps hold 300 MB: a copy of one of them alone would take 32 MB."""


def runs_of(experiment: Experiment, steps: int) -> list[Run]:
    """As a run records them: a loss ten times a second, 100 epochs."""
    samples = even_samples(steps, 100)
    readings = np.arange(20, steps + 1, 20).astype(np.int64)
    losses = 2.0 + np.random.default_rng(0).standard_normal(len(readings))
    long = replace(samples, loss_steps=readings, losses=losses)
    return [replace(run, samples=long) for run in runs_at(experiment, [1.0, 1.2])]


@pytest.mark.parametrize(
    "export",
    [
        lambda of, runs: RunsCsv().text(runs),
        lambda of, runs: RunsJson().text(runs),
        lambda of, runs: report_html(of, runs, data_folder=Path("/data"), workloads=Workloads()),
    ],
    ids=["csv", "json", "html"],
)
def test_exports_of_a_million_steps_are_bounded(
    export: Callable[[Experiment, list[Run]], str],
) -> None:
    experiment = comparison_of_two(repeats=3)
    short = len(export(experiment, runs_of(experiment, SHORT)))
    runs = runs_of(experiment, MILLION)
    tracemalloc.start()
    try:
        text = export(experiment, runs)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(text) < 1.2 * short
    assert peak < MOST_BYTES
