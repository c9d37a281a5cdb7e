"""The report: complete in itself, the verdict first, nothing dropped and nothing loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.export.report import report_html
from core.metrics.accounting import WARM_UP_RULE
from core.model.experiment import Experiment
from core.model.plan import WINDOW
from core.model.run import Failure, Label, Run, RunState
from core.model.version import VERSION
from core.user_code.known_workloads import Workloads
from tests.core.export.report.reading import Page, assert_asks_for_nothing
from tests.experiment_builders import as_read
from tests.experiments import (
    comparison_of_two,
    failed,
    run_at,
    runs_at,
    sweep_of_two_knobs,
)

DATA = Path("/some where/generated")
MADE = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
SWEPT = (1000.0, 1100.0, 1500.0, 1600.0, 1520.0, 1650.0)


def report(experiment: Experiment, runs: Sequence[Run]) -> Page:
    text = report_html(experiment, runs, data_folder=DATA, workloads=Workloads(), made=MADE)
    text.encode("utf-8")
    page = Page.read(text)
    assert_asks_for_nothing(page)
    assert text.startswith("<!doctype html>")
    assert page.tags.count("h1") == 1
    return page


def of_two(**changes: object) -> Page:
    experiment = comparison_of_two(**changes)  # type: ignore[arg-type]
    return report(experiment, runs_at(experiment, (1000.0, 1300.0)))


def test_a_comparison_says_what_it_is_and_its_verdict_before_all_else() -> None:
    page = of_two(name="Prefetch on the laptop")
    said = [
        "Prefetch on the laptop",
        "A comparison of 2 configurations of augmented, each trained 3 times in balanced turns",
        "6 of 6 runs done, on emulated:20, each in a process of its own",
        f"Begun 2026-01-02 03:00 UTC, report made 2026-02-03 04:05 UTC by Pipeline Explorer "
        f"{VERSION}. Id abc123def456.",
        "B is faster than A: throughput 1.30 times as high",
        "Throughput: timed in the loop, emulated accelerator 20 ms.",
        "What to know beside the figures",
    ]
    places = [page.text.find(words) for words in said]
    assert -1 not in places
    assert places == sorted(places)


def test_every_metric_has_means_ratio_interval_verdict_and_source() -> None:
    page = of_two()
    row = page.text[page.text.index("95 % interval verdict source") :]
    assert re.search(
        r"throughput 1\s000 examples/s 1\s301 examples/s 1\.301 1\.301 to 1\.301 faster "
        r"timed in the loop, emulated accelerator 20 ms",
        row,
    )
    assert re.search(r"device idle 50\.0 % 50\.0 % 1\.000 .* no measurable difference", row)
    assert page.says("Not measured: of ceiling (the ceilings of these settings were not measured)")


def test_no_cell_of_the_source_of_a_metric_is_kept_from_wrapping() -> None:
    """It would push its column out of a page of 1100 pixels."""
    experiment = comparison_of_two()
    runs = runs_at(experiment, (1000.0, 1300.0))
    text = report_html(experiment, runs, data_folder=DATA, workloads=Workloads(), made=MADE)
    cells = re.findall(r"<td([^>]*)>timed in the loop, emulated accelerator 20 ms<", text)
    assert cells
    assert not any("short" in attributes for attributes in cells)


def test_the_charts_of_a_comparison_say_in_words_what_they_draw() -> None:
    page = of_two()
    assert {"ratios", "repeats", "idle", "loss"} <= set(page.ids)
    assert page.says("A: idle 50.0 % = 50.0 input + ")
    assert page.says("B / A: 1.30")
    assert page.says("within 5 % of 1")


def test_a_sweep_says_which_knob_mattered_and_what_was_swept() -> None:
    experiment = sweep_of_two_knobs(name="Grid")
    page = report(experiment, runs_at(experiment, SWEPT))
    assert page.says("prefetch.buffer_size mattered most: by itself it explains")
    assert page.says("A sweep of augmented (grid): 6 configurations, each trained 2 times")
    assert page.says("prefetch.buffer_size: off, 1 batch, 4 batches")
    assert page.says("Fastest: prefetch.buffer_size=4 batches, batch.batch_size=32 examples")
    charts = {
        *("influence", "heat", "memory", "ranked"),
        *("against-prefetch.buffer_size", "against-batch.batch_size"),
    }
    assert charts <= set(page.ids)
    assert page.says("another batch size")


def test_a_sweep_over_one_knob_has_no_map_of_two() -> None:
    experiment = sweep_of_two_knobs(repeats=1)
    one = replace(
        experiment,
        axes=experiment.axes[:1],
        configurations=experiment.configurations[::2],
    )
    page = report(one, runs_at(one, SWEPT[::2]))
    assert "heat" not in page.ids
    assert "against-prefetch.buffer_size" in page.ids
    assert page.says("With one run of each, nobody knows whether that is a measurable difference")


def test_every_run_is_there_with_its_state_and_whether_it_counts() -> None:
    experiment = comparison_of_two()
    runs = runs_at(experiment, (1000.0, 1300.0))
    broken = failed(replace(runs[1], plan=replace(runs[1].plan, id="broken")))
    stopped = replace(runs[-1], state=RunState.STOPPED)
    page = report(experiment, [runs[0], broken, *runs[1:-1], stopped])
    assert page.says("5 of 6 runs done")
    assert page.says("failed: The disk is full. no: failed, run again as B 1")
    assert page.says("stopped no: stopped")
    assert page.says("It stopped and does not count.")
    assert page.says("Not counted: 1 repeat of B that did not get done.")


def test_a_comparison_that_is_not_over_says_so_in_its_verdict() -> None:
    experiment = comparison_of_two(repeats=5)
    page = report(experiment, runs_at(experiment, (1000.0, 1300.0))[:6])
    assert page.says("B is faster so far than A")
    assert page.says("3 of 5 repeats so far")


@pytest.mark.parametrize("made", [comparison_of_two, sweep_of_two_knobs])
def test_one_of_which_nothing_was_run_can_be_reported(made: object) -> None:
    experiment = made()  # type: ignore[operator]
    page = report(experiment, [])
    assert page.says("Nothing of it was run yet.")
    assert "ranked" not in page.ids


def test_a_comparison_whose_runs_all_failed_gives_no_figure() -> None:
    experiment = comparison_of_two()
    page = report(experiment, [failed(run) for run in runs_at(experiment, (1.0, 1.0))])
    assert page.says("B against A: not enough data")
    assert page.says("Without a figure: A 1 (failed)")


def test_repeats_that_lie_far_out_are_marked_and_told_of() -> None:
    experiment = comparison_of_two(repeats=5)
    runs = runs_at(experiment, (1000.0, 1300.0), noise=0.002)
    runs[4] = run_at(experiment, experiment.order[4], 400.0)
    page = report(experiment, runs)
    assert page.says("far from the others")
    assert page.says("lies far from the other repeats of A: 400 against a median of")


def test_runs_of_other_environments_are_shown_apart() -> None:
    experiment = comparison_of_two()
    runs = runs_at(experiment, (1000.0, 1300.0))
    runs[0] = replace(runs[0], environment={"python": "3.12.1", "cores": 2})
    page = report(experiment, runs)
    assert page.says("The runs took place in 2 environments that differ in python.")
    assert page.says("no: other environment (python 3.12.1 instead of 3.11.7)")
    assert page.says("does not count")


def test_doubts_stand_in_full() -> None:
    experiment = comparison_of_two()
    runs = [
        replace(
            run,
            prepared=replace(run.prepared, python_stages=("map",)),  # type: ignore[type-var]
            plan=replace(run.plan, engine=WINDOW),
        )
        for run in runs_at(experiment, (1000.0, 1300.0))
    ]
    page = report(experiment, runs)
    assert page.text.count("A Python function runs in map: it holds the GIL") == 2 + 2 * len(runs)
    assert page.says("doubtful")


def test_the_code_of_each_configuration_can_be_copied() -> None:
    page = of_two()
    scripts = [text for text in page.texts if "import tensorflow as tf" in text]
    assert len(scripts) == 2
    assert ["prefetch(2)" in script for script in scripts] == [False, True]
    for script in scripts:
        compile(script, "script.py", "exec")


@pytest.mark.parametrize("made", [comparison_of_two, sweep_of_two_knobs])
def test_a_workload_that_is_gone_leaves_a_report_of_the_runs_that_says_so(made: object) -> None:
    experiment = as_read(replace(made(), workload="gone"))  # type: ignore[operator]
    page = report(experiment, runs_at(experiment, SWEPT))
    assert page.says("There is no workload 'gone'")
    assert page.says("A: no code." if experiment.kind == "comparison" else "#1: no code.")
    assert page.text.count("done yes") == len(runs_at(experiment, SWEPT))


def test_definitions_and_the_rule_of_warm_up_are_there() -> None:
    page = of_two()
    assert page.says(WARM_UP_RULE)
    assert page.says("100 x (1 - device busy / wall time), over the steady part.")


def test_many_configurations_have_a_row_each_and_colours_that_come_again() -> None:
    base = comparison_of_two()
    sizes = ["off", *range(1, 12)]
    many = replace(
        base,
        configurations=tuple(
            base.configurations[0].with_values({"prefetch.buffer_size": size}) for size in sizes
        ),
    )
    page = report(many, runs_at(many, [1000.0 + 50 * one for one in range(len(sizes))]))
    assert all(page.says(f"{letter} / A:") for letter in "BCDEFGHIJKL")
    assert page.says("11 comparisons hold together with 95 % (Bonferroni)")


HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=http://example.org/a.png onerror=alert(1)>",
    "\"'><svg/onload=alert(1)> & &amp; &lt;",
    "</title></svg></bdi><a href='javascript:alert(1)'>x</a>",
    "\u202eright to left \u05d0\u05d1\u05d2",
    "a control \x00\x08\x1b and half a pair \ud83d sign",
    "\U0001f680 rocket \U0001f468\u200d\U0001f469\u200d\U0001f467 日本語",
    "long" * 400,
    "<!-- comment --> ]]> {{ }}",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("swept", [False, True], ids=["comparison", "sweep"])
def test_nothing_that_a_person_typed_becomes_markup(text: str, swept: bool) -> None:
    if swept:
        experiment = sweep_of_two_knobs(name=text, design=text)
    else:
        folder = text.replace("\x00", "").replace("\ud83d", "").strip()
        experiment = comparison_of_two(
            name=text, of="image_folder", values={"source.folder": folder}
        )
    runs = [
        replace(
            run,
            label=Label(name=f"{text} {run.number}", note=text),
            environment={"python": text, "cores": 2},
        )
        for run in runs_at(experiment, SWEPT)
    ]
    runs[0] = failed(runs[0], Failure(text, expected=text, remedy=text, details=text))
    page = report(experiment, runs)
    assert not {"script", "img", "iframe"} & set(page.tags)
    shown = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\u202e]", "\ufffd", text)
    # Name, note, environment, failure.
    assert page.text.count(" ".join(shown.split())) >= 2 + 2 * len(runs)


def test_a_loss_that_is_nan_is_told_of_beside_the_curves_that_cannot_show_it() -> None:
    experiment = comparison_of_two()
    runs = runs_at(experiment, (1000.0, 1300.0))
    lost = [
        replace(run, epoch_losses=(1.0, float("nan"))) if run.label.name == "B 2" else run
        for run in runs
    ]
    page = report(experiment, lost)
    assert page.says("B: in 1 of 3 runs the loss of an epoch is NaN or infinite")
    assert page.says("The loss is NaN")
    assert "nan" not in page.text.split()


def test_where_every_loss_is_nan_the_report_says_so_instead_of_a_chart() -> None:
    experiment = comparison_of_two()
    runs = runs_at(experiment, (1000.0, 1300.0))
    page = report(experiment, [replace(run, epoch_losses=(float("nan"),)) for run in runs])
    assert page.says("A: in 3 of 3 runs the loss of an epoch is NaN or infinite")
