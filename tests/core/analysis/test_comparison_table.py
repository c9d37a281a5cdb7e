"""The table of a comparison: settings that differ, means, ratios, verdicts, sources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.analysis.comparisons.comparison import Comparison, compare
from core.analysis.comparisons.table import (
    ComparisonRow,
    column_heads,
    differences_in_a_line,
    metric_rows,
    setting_rows,
)
from core.folders import Folders
from core.metrics.catalogue import metric
from core.session import Session
from tests.builders import recorded_resources
from tests.experiment_builders import EMULATED, as_read, carry_out, comparison, waits

READ = recorded_resources()


@pytest.fixture
def found(tmp_path: Path) -> Comparison:
    session = Session(Folders.under(tmp_path), record=False)
    experiment = comparison("off", 1, 2)
    carry_out(session, experiment, waits(0.03, 0.015, 0.03, noise=0.001))
    result = session.experiments.result(experiment)
    assert isinstance(result, Comparison)
    return result


def row(found: Comparison, key: str) -> ComparisonRow:
    return next(metric_row for metric_row in metric_rows(found) if metric_row.metric_key == key)


def test_a_figure_has_unit_ratio_interval_verdict_and_source(found: Comparison) -> None:
    throughput = row(found, "throughput_examples_per_s")
    assert throughput.head == "throughput (examples/s)"
    baseline, faster, same = (cell.text for cell in throughput.cells)
    assert baseline.isdecimal()
    number, ratio = faster.split(" · ")
    assert float(number.replace("\N{NARROW NO-BREAK SPACE}", "")) > 1.4 * float(baseline)
    assert ratio.startswith("1.50 [1.")
    assert ratio.endswith("] faster")
    assert same.endswith("no measurable difference")
    assert throughput.source == f"timed in the loop, {EMULATED[0]}"
    assert "5 pairs" in throughput.cells[1].tip
    assert "mean of 5 repeats" in throughput.cells[1].tip


def test_what_was_not_measured_says_why_and_has_no_ratio(found: Comparison) -> None:
    gpu = row(found, "gpu_idle_percent")
    assert [cell.text for cell in gpu.cells] == ["not measured"] * 3
    assert all("not measured (" in cell.tip and not cell.known for cell in gpu.cells)
    assert gpu.source == ""


def test_nothing_has_a_ratio_to_0(found: Comparison) -> None:
    turnaround = row(found, "epoch_turnaround_percent")
    assert turnaround.cells[1].text == "0 · –"
    assert turnaround.cells[1].tip.endswith("No ratio to A: a figure is 0 or no number.")


def test_of_a_figure_that_does_not_compare_the_reason_is_given(found: Comparison) -> None:
    seen = [
        replace(side, repeats=tuple(replace(run, resources=READ) for run in side.repeats if run))
        for side in found.configurations
    ]
    peak = row(compare(seen, found.schedule), "peak_memory_mb")
    assert peak.cells[1].text.endswith(" · –")
    assert peak.cells[1].tip.splitlines()[-1] == metric("peak_memory_mb").caution


def test_the_headings_say_what_the_intervals_hold_with(found: Comparison) -> None:
    assert column_heads(found) == (
        "A (baseline)\nmean",
        "B\nmean · ratio to A [97.5 % interval]",
        "C\nmean · ratio to A [97.5 % interval]",
    )


def test_only_settings_that_differ_are_listed_also_of_a_workload_that_is_gone() -> None:
    known = comparison("off", 2)
    (one,) = setting_rows(known)
    assert (one.head, one.help) == ("prefetch", "prefetch.buffer_size")
    assert [cell.text for cell in one.cells] == ["off", "2 batches"]
    (gone,) = setting_rows(as_read(replace(known, workload="mnist_old")))
    assert [cell.text for cell in gone.cells] == ["off", "2"]


def test_settings_fit_into_a_line() -> None:
    assert differences_in_a_line(comparison("off", 2), ("A", "B")) == (
        "prefetch: A off, B 2 batches"
    )
    assert differences_in_a_line(comparison(1, 1), ("A", "B")) == "All settings are the same."
