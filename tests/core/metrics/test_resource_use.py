"""Figures of the machine are those of the steady part, and say why where there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.doubts.catalogue import doubts
from core.metrics.catalogue import metric
from core.model.measured.resources import (
    MOST_READINGS,
    GpuReading,
    ResourceBuffer,
    ResourceReading,
    Resources,
    ResourcesAbout,
)
from core.model.quantity import Source
from core.model.run import Run
from tests.builders import even_samples, run_of

ABOUT = ResourcesAbout(cores=2, limit_bytes=8e9, gpu_note="no NVIDIA GPU")


def reading(at_s: float, busy: float = 1.5, left: float = 4e9) -> ResourceReading:
    """Of 2 cores this process keeps 1.2 busy and the machine ``busy``; 50 MB/s are read."""
    return ResourceReading(
        at_s, 5 + 1.2 * at_s, 90 + busy * at_s, 1e9 + 1e6 * at_s, left, 5e7 * at_s
    )


def run_with(about: ResourcesAbout = ABOUT, **changes: float) -> Run:
    """4.5 s of even steps of which the first 0.45 s are warm-up, read twice a second."""
    buffer = ResourceBuffer()
    buffer.describe(about)
    for at_s in np.arange(0, 5.1, 0.5):
        buffer.add(reading(float(at_s), **changes).row())
    run = run_of(even_samples(100, 1))
    return replace(run, resources=buffer.resources())


def keys(run: Run) -> list[str]:
    return [doubt.key for doubt in doubts(run)]


def test_rates_are_those_of_the_steady_part_with_unit_and_source() -> None:
    run = run_with()
    cpu = metric("cpu_in_use_cores").of(run)
    assert cpu.value == pytest.approx(1.2)
    assert (cpu.unit, cpu.source) == ("cores", Source.SYSTEM)
    assert metric("disk_read_mb_per_s").of(run).value == pytest.approx(50.0)
    assert metric("peak_memory_mb").of(run).value == pytest.approx(1005.0)


def test_what_was_not_read_is_not_measured_with_the_reason() -> None:
    older = replace(run_of(even_samples(100, 1)), resources=Resources())
    for key in ("cpu_in_use_cores", "peak_memory_mb", "disk_read_mb_per_s", "gpu_idle_percent"):
        figure = metric(key).of(older)
        assert figure.value is None, key
        assert figure.reason, key
    assert metric("gpu_idle_percent").of(run_with()).text() == "not measured (no NVIDIA GPU)"


def test_a_steady_part_too_short_for_the_counters_gives_no_rate() -> None:
    run = replace(run_with(), samples=even_samples(20, 1))
    assert "shorter than" in metric("cpu_in_use_cores").of(run).text()


def test_a_system_that_does_not_tell_of_disk_reads_gives_no_figure() -> None:
    about = replace(ABOUT, disk_note="this system does not say how much a process reads")
    run = run_with(about)
    rows = run.resources.rows.copy()
    rows[:, 5] = np.nan
    figure = metric("disk_read_mb_per_s").of(replace(run, resources=Resources(about, rows)))
    assert figure.text() == "not measured (this system does not say how much a process reads)"


def test_gpu_idle_is_the_mean_of_nvmls_samples_in_the_steady_part() -> None:
    buffer = ResourceBuffer()
    buffer.describe(ResourcesAbout(cores=2, limit_bytes=8e9, gpus=("recorded GPU",)))
    for at_s in np.arange(0, 4.6, 0.1):
        # Warm-up is busier, and one reading went wrong.
        busy = 100.0 if at_s < 0.4 else float("nan") if 2.0 < at_s < 2.05 else 30.0
        gpu = GpuReading(busy, 2e9, 150.0)
        buffer.add(replace(reading(float(at_s)), gpus=(gpu,)).row())
    figure = metric("gpu_idle_percent").of(
        replace(run_of(even_samples(100, 1)), resources=buffer.resources())
    )
    assert figure.value == pytest.approx(70.0)
    assert figure.source is Source.NVML


def test_other_programs_that_take_the_processor_are_a_doubt_with_both_figures() -> None:
    assert "other_programs" not in keys(run_with(busy=1.4))
    found = next(doubt for doubt in doubts(run_with(busy=1.9)) if doubt.key == "other_programs")
    assert "0.7 of 2 cores" in found.text
    assert "the machine 1.9, this process 1.2 cores" in found.text


def test_memory_that_nearly_ran_out_is_a_doubt() -> None:
    assert "memory_short" not in keys(run_with(left=1e9))
    found = next(doubt for doubt in doubts(run_with(left=3e8)) if doubt.key == "memory_short")
    assert "0.3 of 8 GB were left" in found.text


def test_readings_of_a_long_run_are_thinned_and_keep_their_rates() -> None:
    buffer = ResourceBuffer()
    buffer.describe(ABOUT)
    early = buffer.resources()
    for step in range(2 * MOST_READINGS + 10):
        buffer.add(reading(0.1 * step).row())
    kept = buffer.resources()
    assert len(early) == 0
    assert len(kept) <= MOST_READINGS
    assert np.ptp(np.diff(kept.at_s)) < 1e-6
    run = replace(run_of(even_samples(100, 1)), resources=kept)
    assert metric("cpu_in_use_cores").of(run).value == pytest.approx(1.2)


def test_a_reading_before_anything_says_of_what_machine_is_refused() -> None:
    with pytest.raises(ValueError, match="before"):
        ResourceBuffer().add(reading(0.0).row())
