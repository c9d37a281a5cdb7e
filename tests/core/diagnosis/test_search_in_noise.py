"""The search on a machine that is disturbed: noise hides no gain and is never recommended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.diagnosis.measures.segment import Segment
from core.model.settings import Settings
from tests.core.diagnosis.simulated import CORES, Clock, SimulatedBench, diagnosed, settings


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_never_recommended(seed: int) -> None:
    # All else that could help is there already, or gains nothing.
    bench = SimulatedBench(python=True, noise=0.1)
    bench.draw.seed(seed)
    start = settings(prefetch__buffer_size=2, map__implementation="python", map__processes=CORES)
    assert diagnosed(bench, start).changes == ()


def test_noise_that_hides_any_gain_is_said_in_the_headline() -> None:
    start = settings(prefetch__buffer_size=2, map__implementation="python")
    bench = SimulatedBench(python=True, noise=1.5)
    bench.draw.seed(5)
    answer = diagnosed(bench, start)
    assert any(trial.untold for trial in answer.tried)
    assert "inconclusive because of noise" in " ".join(answer.headline)


@pytest.mark.parametrize("seed", range(5))
def test_trainings_that_something_else_slowed_down_hide_no_gain(seed: int) -> None:
    class Disturbed(SimulatedBench):
        def throughput(self, settings: Settings) -> tuple[float, float]:
            rate, wait = super().throughput(settings)
            return rate * (0.3 if self.draw.random() < 0.15 else 1.0), wait

    bench = Disturbed(model_s=0.02)
    bench.draw.seed(seed)
    answer = diagnosed(bench)
    assert {change.knob for change in answer.changes} == {
        "map.num_parallel_calls",
        "prefetch.buffer_size",
    }
    assert answer.gain == pytest.approx(52.1 / 20.1, rel=0.03)
    assert answer.gain_low is not None
    assert answer.gain_low > 2.0


def test_a_machine_that_is_often_disturbed_is_a_doubt() -> None:
    class Disturbed(SimulatedBench):
        def throughput(self, settings: Settings) -> tuple[float, float]:
            rate, wait = super().throughput(settings)
            return rate * (0.3 if self.draw.random() < 0.4 else 1.0), wait

    answer = diagnosed(Disturbed())
    assert any("were disturbed" in doubt for doubt in answer.doubts)


@pytest.mark.parametrize("seed", range(8))
def test_a_machine_that_is_slower_for_a_while_hides_no_gain(seed: int) -> None:
    class SlowForAWhile(SimulatedBench):
        slow = False

        def throughput(self, settings: Settings) -> tuple[float, float]:
            rate, wait = super().throughput(settings)
            self.slow = self.draw.random() < (0.9 if self.slow else 0.03)
            several = settings["map.num_parallel_calls"] != "off"
            return rate * ((0.45 if several else 0.85) if self.slow else 1.0), wait

    bench = SlowForAWhile(model_s=0.02, noise=0.05)
    bench.draw.seed(seed)
    assert {change.knob for change in diagnosed(bench).changes} == {
        "map.num_parallel_calls",
        "prefetch.buffer_size",
    }


@pytest.mark.parametrize("seed", [3, 8, 9, 12, 16])
def test_noise_in_the_first_minute_hides_no_gain(seed: int) -> None:
    class NoisyAtFirst(SimulatedBench):
        def throughput(self, settings: Settings) -> tuple[float, float]:
            clock.now_s += 1.0
            self.noise = 0.2 if clock.now_s < 60 else 0.01
            return super().throughput(settings)

    clock, bench = Clock(), NoisyAtFirst(map_s=2e-4)
    bench.draw.seed(seed)
    answer = diagnosed(bench, settings(prefetch__buffer_size=2), clock=clock)
    assert "map.num_parallel_calls" in {change.knob for change in answer.changes}


def test_what_disturbs_the_model_alone_does_not_lower_the_ceiling() -> None:
    class Disturbed(SimulatedBench):
        times = 0

        def model_alone(self, settings: Settings, seconds: float) -> Segment:
            self.times += 1
            alone = super().model_alone(settings, seconds)
            return replace(alone, examples=alone.examples * (0.7 if self.times % 2 else 1.0))

    answer, calm = diagnosed(Disturbed()), diagnosed(SimulatedBench())
    assert answer.model_examples_per_s == calm.model_examples_per_s
