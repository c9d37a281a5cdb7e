"""What limits a simulated pipeline, from what is measured first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.diagnosis.measures.bench import Bench
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.shortened import Shortening
from core.model.diagnosis import DiagnosisOptions, Limit
from core.model.settings import Settings
from core.model.stage import SourceData
from core.workloads.augmented import Augmented
from tests.core.diagnosis.simulated import SimulatedBench, diagnosed, settings


def test_a_device_that_never_waits_is_the_limit_and_nothing_is_tried() -> None:
    start = settings(prefetch__buffer_size=2)
    bench = SimulatedBench(map_s=1e-5, model_s=0.02)
    answer = diagnosed(bench, start)
    assert answer.limit is Limit.ACCELERATOR
    assert answer.changes == ()
    assert answer.recommended == {}
    assert "Nothing to gain" in " ".join(answer.headline)
    assert answer.break_even_step_s == pytest.approx(32 * 1.2e-5, rel=0.01)


def test_a_long_beginning_of_epochs_is_told_as_turnaround() -> None:
    bench = SimulatedBench(map_s=1e-5, model_s=0.005, steps=20, first_s=0.5)
    answer = diagnosed(bench, settings(prefetch__buffer_size=2))
    assert answer.limit is Limit.TURNAROUND


def test_what_short_epochs_end_with_counts_behind_a_full_cache_too() -> None:
    class ShortEpochs(SimulatedBench):
        def as_it_is(self, settings: Settings, seconds: float) -> Segment:
            segment = super().as_it_is(settings, seconds)
            # A third of the time passes between epochs.
            return replace(segment, wall_s=1.5, turnaround_s=0.5, epochs=20)

        def whole_epochs(self, settings: Settings, seconds: float) -> Segment:
            return self.as_it_is(settings, seconds)

    start = settings(prefetch__buffer_size=2, cache__where="memory")
    answer = diagnosed(ShortEpochs(map_s=1e-5, steps=1), start)
    assert answer.limit is Limit.TURNAROUND
    assert answer.turnaround_percent == pytest.approx(33.0, abs=1.0)


def test_memory_that_comes_back_from_swap_is_the_limit() -> None:
    class Swaps(SimulatedBench):
        def shortened(self, settings: Settings, seconds: float) -> Segment:
            return replace(super().shortened(settings, seconds), swapped_in_bytes=2e7)

    answer = diagnosed(Swaps(), options=DiagnosisOptions(search=False))
    assert answer.limit is Limit.MEMORY
    assert "20 MB a second are read back from swap" in answer.headline[0]


def test_without_a_search_only_the_limit_is_looked_for() -> None:
    bench = SimulatedBench()
    answer = diagnosed(bench, settings(prefetch__buffer_size=2), DiagnosisOptions(search=False))
    assert answer.limit is Limit.SEQUENTIAL
    assert answer.not_helpful == ()
    assert len(answer.headline) == 1
    assert set(bench.asked) == {settings(prefetch__buffer_size=2)}


def test_where_epochs_begin_slowly_throughput_over_whole_epochs_is_compared() -> None:
    class FillsFaster(SimulatedBench):
        """Parallel calls do nothing but let the buffer fill faster."""

        def map_time_s(self, settings: Settings) -> float:
            return 1e-5

        def shortened(self, settings: Settings, seconds: float) -> Segment:
            first_s = 2.0 if settings["map.num_parallel_calls"] == "off" else 0.5
            return replace(super().shortened(settings, seconds), first_s=first_s)

    answer = diagnosed(FillsFaster(steps=100), settings(prefetch__buffer_size=2))
    assert answer.limit is Limit.TURNAROUND
    assert [change.knob for change in answer.changes] == ["map.num_parallel_calls"]
    assert answer.gain == pytest.approx((2.0 + 0.51) / (0.5 + 0.51), rel=0.05)


@pytest.mark.parametrize(
    ("counted", "limit"), [((100, True), Limit.TURNAROUND), ((10**6, False), Limit.ACCELERATOR)]
)
def test_a_slow_beginning_counts_by_the_length_of_an_epoch_that_was_not_seen_to_end(
    counted: tuple[int, bool], limit: Limit
) -> None:
    bench = SimulatedBench(map_s=1e-5, first_s=1.0, counted=counted)
    answer = diagnosed(bench, settings(prefetch__buffer_size=2), DiagnosisOptions(search=False))
    assert answer.limit is limit


def test_waits_for_the_first_batches_count_where_the_length_of_an_epoch_is_not_known() -> None:
    class Unknown(SimulatedBench):
        def as_it_is(self, settings: Settings, seconds: float) -> Segment:
            segment = super().as_it_is(settings, seconds)
            return replace(segment, input_wait_s=0.7, first_waits_s=0.7, epochs=4)

    answer = diagnosed(Unknown(map_s=1e-5), settings(prefetch__buffer_size=2))
    assert answer.limit is Limit.TURNAROUND
    assert answer.turnaround_percent == pytest.approx(70.0, abs=0.5)


def test_pipelines_are_built_anew_once_it_is_known_what_has_to_be_smaller(tmp_path: Path) -> None:
    bench = Bench(Augmented(), SourceData(tmp_path, tmp_path), "cpu", lambda: False)
    bench._datasets = {(settings(), True): "whole", (settings(), False): "shortened"}
    bench.shortening = Shortening()
    assert len(bench._datasets) == 2
    bench.shortening = Shortening(cached=100)
    assert bench._datasets == {(settings(), True): "whole"}


@pytest.mark.parametrize(
    ("counted", "offered"),
    [
        ((6000, True), "in memory (18.4 MB)"),
        ((10**7, True), "it needs 30.7 GB; the limit is 1 GB"),
        ((10**7, False), "it needs more than 30.7 GB; the limit is 1 GB"),
        ((500, False), "more than 1.54 MB, and counting was stopped"),
    ],
)
def test_what_a_cache_would_keep_is_counted_where_nothing_else_tells_it(
    counted: tuple[int, bool], offered: str
) -> None:
    answer = diagnosed(SimulatedBench(source_s=2e-3, map_s=1e-5, counted=counted))
    tried = [trial.title for trial in answer.tried if "cache behind source" in trial.title]
    told = [
        each.why for each in answer.only_you_can if each.title.startswith("cache behind source")
    ]
    assert any(offered in text for text in (*tried, *told))
    # On disk it is tried where it may not be in memory, and there alone.
    assert any("on disk" in title for title in tried) == (not any("memory" in t for t in tried))
