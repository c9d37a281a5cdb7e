"""Several steps per execution in the search: beside other changes, and by themselves."""

from __future__ import annotations

import pytest

from core.model.diagnosis import Limit
from core.model.settings import Settings
from tests.core.diagnosis.simulated import SimulatedBench, diagnosed, settings


@pytest.mark.parametrize(("host_s", "recommended"), [(3e-4, False), (6e-4, False), (2e-3, True)])
def test_fewer_executions_alone_are_recommended_only_where_the_gain_is_sure(
    host_s: float, recommended: bool
) -> None:
    bench = SimulatedBench(map_s=1e-5, host_s=host_s, noise=0.01)
    answer = diagnosed(bench, settings(prefetch__buffer_size=2))
    assert answer.limit is Limit.HOST
    assert bool(answer.changes) is recommended
    if not recommended:
        # It is not even tried: it cannot gain enough.
        assert answer.tried == ()
        assert answer.headline[1] == "Nothing to gain in the pipeline."
        told = ["Larger batches, or more steps per execution"] if host_s > 5e-4 else []
        assert [each.title for each in answer.only_you_can] == told


def test_with_fewer_executions_more_is_left_to_gain_from_the_pipeline() -> None:
    bench = SimulatedBench(map_s=6.25e-5, model_s=1e-3, host_s=2e-3)
    answer = diagnosed(bench, settings(prefetch__buffer_size=2))
    assert {change.knob for change in answer.changes} == {
        "fit.steps_per_execution",
        "map.num_parallel_calls",
    }


def test_at_the_speed_of_the_model_alone_what_keras_takes_is_left_to_gain() -> None:
    bench = SimulatedBench(map_s=3e-4, host_s=1e-3)
    answer = diagnosed(bench, settings(prefetch__buffer_size=2))
    assert answer.recommended["map.num_parallel_calls"] != "off"
    assert answer.recommended["fit.steps_per_execution"] in (8, 32)


def test_they_do_not_take_the_place_of_a_change_that_is_recommended_by_itself() -> None:
    class SharingCores(SimulatedBench):
        def throughput(self, settings: Settings) -> tuple[float, float]:
            rate, wait = super().throughput(settings)
            return rate, 0.2 * wait

    # Prefetch gains 10 % here, fewer executions 12 %: not enough for these alone.
    bench = SharingCores(map_s=1.1e-4, model_s=8e-3, host_s=1.1e-3, noise=0.001)
    answer = diagnosed(bench, settings(prefetch__buffer_size="off", map__num_parallel_calls=4))
    assert answer.recommended["prefetch.buffer_size"] != "off"
