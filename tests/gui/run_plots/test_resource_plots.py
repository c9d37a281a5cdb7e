"""Plots of processor, memory, disk and GPUs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.export.run_json import run_document
from core.metrics.x_axis import XAxis, x_of_times
from core.model.measured.resources import Resources
from core.model.run import Run
from core.session import Session
from gui.run_plots.cpu_plot import CpuPlot
from gui.run_plots.disk_plot import DiskPlot
from gui.run_plots.gpu_plot import GpuPlot
from gui.run_plots.memory_plot import MemoryPlot
from tests.builders import recorded_resources
from tests.gui.builders import Script, play

GPU = ("recorded GPU",)


def test_cpu_is_cores_in_use_beside_those_there_are_and_the_whole_machine(
    session: Session,
) -> None:
    run = play(session, Script(), fit__device="emulated:20")
    headline = CpuPlot().headline(run)
    assert headline.value == "1.20 cores"
    assert headline.detail == "steady part · of 2 cores · the whole machine 1.4"
    assert headline.source == "operating system, emulated accelerator 20 ms"
    assert CpuPlot().info((run,), run, XAxis.SECONDS).curves[0].y == pytest.approx(1.2)


def test_memory_is_a_peak_once_the_run_is_over(session: Session) -> None:
    run = play(session, Script())
    assert MemoryPlot().headline(run).detail == "peak · at least 4.0 of 8.0 GB were left"
    under_way = play(session, Script(state=None))
    assert MemoryPlot().headline(under_way).detail.startswith("now · ")


def test_disk_is_what_was_read_a_second(session: Session) -> None:
    run = play(session, Script())
    assert DiskPlot().info((run,), run, XAxis.STEP).curves[0].y == pytest.approx(50.0)


def test_without_a_gpu_the_plot_says_so_and_shows_the_idle_time_of_the_loop(
    session: Session,
) -> None:
    run = play(session, Script(), fit__device="emulated:20")
    headline = GpuPlot().headline(run)
    assert headline.detail == "no NVIDIA GPU: device idle of the loop"
    assert headline.source == "timed in the loop, emulated accelerator 20 ms"
    assert headline.value == "62.1 %"
    assert len(GpuPlot().info((run,), run, XAxis.STEP).curves) == 1


def test_on_a_gpu_it_shows_what_nvml_said_with_memory_and_power(session: Session) -> None:
    run = replace(
        play(session, Script(), fit__device="gpu:0"), resources=recorded_resources(12.0, GPU)
    )
    headline = GpuPlot().headline(run)
    assert headline.value == "70.0 %"
    assert headline.detail == "steady part · recorded GPU · 2.0 GB at most · 150 W"
    assert headline.source == "NVML"
    line = GpuPlot().info((run,), run, XAxis.SECONDS).curves[0]
    assert line.y == pytest.approx(70.0)


def test_nvml_that_fell_silent_halfway_is_said_beside_what_was_read(session: Session) -> None:
    whole = recorded_resources(12.0, GPU)
    rows = whole.rows.copy()
    rows[60:, 6:] = np.nan
    assert whole.about is not None
    about = replace(whole.about, gpu_note="NVML stopped answering (GPU is lost)")
    run = replace(play(session, Script(), fit__device="gpu:0"), resources=Resources(about, rows))
    headline = GpuPlot().headline(run)
    assert headline.value == "70.0 %"
    assert headline.detail.endswith("NVML stopped answering (GPU is lost)")
    (line,) = GpuPlot().info((run,), run, XAxis.SECONDS).curves
    assert np.nanmax(line.x[np.isfinite(line.y)]) < 6.5
    document = run_document(run)
    assert document["gpu_idle_percent"] == pytest.approx(70.0)
    (doubt,) = (one for one in document["doubts"] if one["key"] == "gpu_unread")
    assert "read for 5.90 of" in doubt["text"]
    assert "GPU is lost" in doubt["text"]


def test_on_a_gpu_without_nvml_nothing_takes_the_place_of_its_figure(session: Session) -> None:
    run = play(session, Script(), fit__device="gpu:0")
    headline = GpuPlot().headline(run)
    assert (headline.value, headline.detail) == ("not measured", "no NVIDIA GPU")
    assert GpuPlot().info((run,), run, XAxis.STEP).curves == ()


def test_a_run_of_which_nothing_was_read_has_no_line_and_a_reason(session: Session) -> None:
    run = replace(play(session, Script()), resources=Resources())
    assert CpuPlot().info((run,), run, XAxis.STEP).curves == ()
    assert CpuPlot().headline(run).detail.startswith("nothing was read")


def test_lines_stay_short_however_often_was_read(session: Session) -> None:
    run = play(session, Script(epochs=2, steps=4000))
    run = replace(run, resources=recorded_resources(400.0))
    for plot in (CpuPlot(), MemoryPlot(), DiskPlot()):
        assert len(plot.info((run,), run, XAxis.SECONDS).curves[0].x) <= 400


@pytest.mark.parametrize("x_axis", list(XAxis))
def test_moments_stand_on_the_x_axis_where_their_step_does(session: Session, x_axis: XAxis) -> None:
    run: Run = play(session, Script(input_s=0.03, busy_s=0.02, host_s=0.0, turnaround_s=0.0))
    at_s = np.array([0.0, 1.0, 7.5])
    expected = {XAxis.STEP: [0, 20, 150], XAxis.SECONDS: at_s, XAxis.EPOCH: [0, 0.2, 1.5]}
    assert x_of_times(run, at_s, x_axis) == pytest.approx(expected[x_axis], abs=1e-6)
