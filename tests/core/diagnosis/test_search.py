"""The search over a simulated bench: what it names, keeps, drops and never recommends."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.analysis.throughput_memory import front
from core.diagnosis.measures.cuts import Cut
from core.diagnosis.measures.segment import Segment
from core.model.diagnosis import Answer, DiagnosisOptions, Limit
from core.model.settings import Settings
from core.model.training_change import ChangeKind
from tests.core.diagnosis.simulated import CORES, Clock, SimulatedBench, diagnosed, settings


def test_a_sequential_map_is_named_and_gets_parallel_calls() -> None:
    answer = diagnosed(SimulatedBench(), settings(prefetch__buffer_size=2))
    assert answer.limit is Limit.SEQUENTIAL
    assert answer.narrow_stage == "map"
    assert {change.knob for change in answer.changes} == {"map.num_parallel_calls"}
    assert answer.gain == pytest.approx(32.064 / 8.064, rel=0.03)
    assert answer.gain_low is not None
    assert answer.gain_low > 1.0
    assert answer.recommended["map.num_parallel_calls"] in (CORES, 2 * CORES, "autotune")


def test_a_budget_that_ends_before_any_trial_does_not_mean_that_nothing_is_to_gain() -> None:
    bench = SimulatedBench(map_s=1e-5, host_s=2e-3)
    start = settings(prefetch__buffer_size=2)
    answer = diagnosed(bench, start, DiagnosisOptions(budget_s=0.1))
    assert (answer.limit, answer.tried) == (Limit.HOST, ())
    assert answer.headline[1] == "The budget of 0.1 s ended before a change was tried."


def test_where_most_of_the_budget_is_used_a_first_change_is_tried_all_the_same() -> None:
    searching = Clock()

    class SlowToLookAt(SimulatedBench):
        def model_alone(self, settings: Settings, seconds: float) -> Segment:
            searching.now_s = 7.0
            return super().model_alone(settings, seconds)

    start, options = settings(prefetch__buffer_size=2), DiagnosisOptions(budget_s=12.0)
    answer = diagnosed(SlowToLookAt(), start, options, clock=searching)
    assert answer.tried


def test_parallel_calls_and_prefetch_are_both_found_with_what_each_gives() -> None:
    answer = diagnosed(SimulatedBench(model_s=0.02))
    contributions = {change.knob: change.contribution for change in answer.changes}
    assert set(contributions) == {"map.num_parallel_calls", "prefetch.buffer_size"}
    assert all(found and found > 1.2 for found in contributions.values())


def test_where_parallel_calls_help_cores_were_left_however_busy_they_seemed() -> None:
    class SeemsBusy(SimulatedBench):
        def cuts(self, settings: Settings) -> Iterator[Cut]:
            for cut in super().cuts(settings):
                yield replace(cut, rate=replace(cut.rate, cores=float(CORES)))

    told: list[Answer] = []
    answer = diagnosed(SeemsBusy(), settings(prefetch__buffer_size=2), told=told)
    assert Limit.CORES in {each.limit for each in told}
    assert answer.limit is Limit.SEQUENTIAL
    assert {change.knob for change in answer.changes} == {"map.num_parallel_calls"}


def test_a_wait_for_input_is_looked_into_although_keras_takes_longer() -> None:
    bench = SimulatedBench(map_s=2.1e-4, model_s=5e-3, host_s=1e-3)
    answer = diagnosed(bench, settings(prefetch__buffer_size=2))
    assert answer.limit is Limit.HOST
    assert "map.num_parallel_calls" in {change.knob for change in answer.changes}


def test_cores_that_training_lacks_are_looked_into_although_nothing_is_waited_for() -> None:
    class Hinders(SimulatedBench):
        def throughput(self, settings: Settings) -> tuple[float, float]:
            rate, wait = super().throughput(settings)
            return rate * (0.9 if settings["map.num_parallel_calls"] == "off" else 1.0), wait

    bench = Hinders(map_s=1e-5, host_s=5e-4)
    answer = diagnosed(bench, settings(prefetch__buffer_size=2))
    assert answer.limit is Limit.HOST
    assert "map.num_parallel_calls" in {change.knob for change in answer.changes}


def test_loading_and_training_in_turn_is_mended_by_prefetch_alone() -> None:
    answer = diagnosed(SimulatedBench(map_s=3e-4, model_s=0.012))
    assert answer.limit is Limit.NO_OVERLAP
    assert {change.knob for change in answer.changes} == {"prefetch.buffer_size"}


def test_what_would_be_preferred_gets_another_pair_where_noise_hides_that_it_helps() -> None:
    class Disturbed(SimulatedBench):
        def shortened(self, settings: Settings, seconds: float) -> Segment:
            segment = super().shortened(settings, seconds)
            alone = settings.differing(start) == ("prefetch.buffer_size",)
            third = alone and self.asked.count(settings) == 3
            return replace(segment, wall_s=segment.wall_s * 1.1) if third else segment

    start = settings()
    answer = diagnosed(Disturbed(map_s=5e-5, model_s=0.012))
    kept = [trial for trial in answer.tried if trial.kept]
    assert [set(trial.changes) for trial in kept] == [{"prefetch.buffer_size"}]
    assert kept[0].pairs == 4


def test_a_map_that_waits_gets_more_calls_than_there_are_cores() -> None:
    answer = diagnosed(SimulatedBench(waits=True), settings(prefetch__buffer_size=2))
    assert answer.limit is Limit.STORAGE
    assert int(answer.recommended["map.num_parallel_calls"]) > CORES


def test_pythons_lock_is_named_where_processes_help_and_parallel_calls_do_not() -> None:
    start = settings(prefetch__buffer_size=2, map__implementation="python")
    answer = diagnosed(SimulatedBench(python=True), start)
    assert answer.limit is Limit.PYTHON_LOCK
    assert any("num_parallel_calls" in trial.title for trial in answer.not_helpful)
    assert any("TensorFlow operations" in one.title for one in answer.only_you_can)
    assert {change.knob for change in answer.changes} == {"map.processes"}
    assert answer.gain == pytest.approx(CORES, rel=0.05)


def test_python_that_lets_go_of_its_lock_gets_parallel_calls_and_is_told_as_sequential() -> None:
    class InNumPy(SimulatedBench):
        def map_time_s(self, settings: Settings) -> float:
            parallel = settings["map.num_parallel_calls"] != "off"
            return super().map_time_s(settings) / (2.5 * CORES if parallel else 1)

    start = settings(prefetch__buffer_size=2, map__implementation="python")
    answer = diagnosed(InNumPy(python=True), start)
    assert answer.limit is Limit.SEQUENTIAL
    assert {change.knob for change in answer.changes} == {"map.num_parallel_calls"}


@pytest.mark.parametrize(("python", "limit"), [(True, Limit.PYTHON_LOCK), (False, Limit.CORES)])
def test_what_processes_help_was_held_by_pythons_lock(python: bool, limit: Limit) -> None:
    class SeemsBusy(SimulatedBench):
        def cuts(self, settings: Settings) -> Iterator[Cut]:
            for cut in super().cuts(settings):
                yield replace(cut, rate=replace(cut.rate, cores=float(CORES)))

    start = settings(
        prefetch__buffer_size=2, map__num_parallel_calls=CORES,
        map__implementation="python" if python else "tensorflow",
    )  # fmt: skip
    answer = diagnosed(SeemsBusy(python=python), start)
    assert answer.limit is limit
    assert ("map.processes" in {change.knob for change in answer.changes}) is python


def test_what_changes_the_training_is_listed_and_tried_only_where_it_is_allowed() -> None:
    bench, start = SimulatedBench(), settings(prefetch__buffer_size=2)
    refused = diagnosed(bench, start)
    assert any("cache" in one.title for one in refused.not_allowed)
    assert all(one["cache.where"] == "off" for one in map(dict, bench.asked))
    allowed = SimulatedBench()
    diagnosed(allowed, start, DiagnosisOptions(allow=tuple(ChangeKind)))
    assert any(one["cache.where"] != "off" for one in allowed.asked)


def test_a_stop_gives_what_is_known_by_then() -> None:
    bench = SimulatedBench(stop_after=8)
    answer = diagnosed(bench, settings(prefetch__buffer_size=2))
    assert answer.finished
    assert answer.limit is Limit.SEQUENTIAL
    assert answer.headline


def test_a_stop_before_anything_helped_does_not_say_that_nothing_helps() -> None:
    start = settings(prefetch__buffer_size=2, map__implementation="python")
    counted = SimulatedBench(python=True)
    diagnosed(counted, start)
    for stop_after in range(2, len(counted.asked)):
        bench = SimulatedBench(python=True, stop_after=stop_after)
        words = " ".join(diagnosed(bench, start).headline)
        assert "No setting helps" not in words


def test_the_answer_is_told_again_and_again_and_says_what_is_done_now() -> None:
    told: list[Answer] = []
    answer = diagnosed(SimulatedBench(), told=told)
    assert any(one.now.startswith("trying") for one in told)
    assert answer.now == ""
    assert [one.wall_s for one in told] == sorted(one.wall_s for one in told)
    first = next(one for one in told if one.headline)
    assert first.headline[0].startswith("Waiting for input")


def test_the_budget_ends_the_search_and_what_was_kept_is_still_proved() -> None:
    bench = SimulatedBench(model_s=0.02)
    answer = diagnosed(bench, options=DiagnosisOptions(budget_s=20.0))
    assert answer.finished
    assert answer.wall_s < 40.0


def test_a_change_that_breaks_the_pipeline_is_told_and_the_others_are_tried() -> None:
    class Breaks(SimulatedBench):
        def shortened(self, settings: Settings, seconds: float) -> Segment:
            if settings["map.num_parallel_calls"] == CORES:
                raise RuntimeError("no room for the stack of a thread")
            return super().shortened(settings, seconds)

    answer = diagnosed(Breaks(), settings(prefetch__buffer_size=2))
    broken = {trial.note for trial in answer.not_helpful}
    assert "not measured: RuntimeError: no room for the stack of a thread" in broken
    assert answer.recommended["map.num_parallel_calls"] in (2 * CORES, "autotune")


def test_where_nothing_is_made_ahead_a_prefetch_comes_before_calls_that_work_ahead_too() -> None:
    class WorksAhead(SimulatedBench):
        def throughput(self, settings: Settings) -> tuple[float, float]:
            if settings["map.num_parallel_calls"] == "off":
                return super().throughput(settings)
            rate, wait = super().throughput(settings.with_values({"prefetch.buffer_size": 2}))
            return 1.02 * rate, wait

    answer = diagnosed(WorksAhead(map_s=1e-4, noise=0.0))
    assert answer.limit is Limit.NO_OVERLAP
    assert [change.knob for change in answer.changes] == ["prefetch.buffer_size"]


def test_a_change_that_helps_less_than_another_says_so() -> None:
    answer = diagnosed(SimulatedBench(model_s=0.02))
    alone = next(one for one in answer.not_helpful if one.title == "prefetch at the end")
    assert alone.words.endswith("less than parallel calls and prefetch, all left to AUTOTUNE")


def test_throughput_against_memory_names_what_nothing_cheaper_outdoes() -> None:
    options = DiagnosisOptions(allow=tuple(ChangeKind))
    answer = diagnosed(SimulatedBench(), settings(prefetch__buffer_size=2), options)
    trials = front(answer)
    assert trials[0].total_bytes == 0
    assert [trial.total_ratio for trial in trials] == sorted(
        trial.total_ratio or 0.0 for trial in trials
    )
    assert front(diagnosed(SimulatedBench(map_s=1e-5, model_s=0.02))) == ()


def test_where_all_cores_are_used_other_machines_are_named() -> None:
    bench = SimulatedBench(map_s=2e-3)
    answer = diagnosed(bench, settings(prefetch__buffer_size=2, map__num_parallel_calls=CORES))
    assert answer.limit is Limit.CORES
    assert any("service.address" in one.title for one in answer.only_you_can)


def test_what_an_earlier_attempt_tried_is_not_tried_again() -> None:
    first = diagnosed(SimulatedBench())
    told: list[Answer] = []
    again = diagnosed(SimulatedBench(), told=told, resumed=first)
    assert again.recommended == first.recommended
    assert [trial.title for trial in again.tried] == [trial.title for trial in first.tried]
    assert not any(answer.now.startswith("trying") for answer in told)


def test_a_change_that_was_tried_twice_stands_once_in_the_answer() -> None:
    for seed in range(4):
        answer = diagnosed(SimulatedBench(noise=0.2, draw=random.Random(seed)))
        titles = [tuple(trial.changes.items()) for trial in answer.tried]
        assert len(titles) == len(set(titles))


def test_what_gains_nothing_in_three_pairs_is_not_tried_again_beside_the_same_settings() -> None:
    told: list[Answer] = []
    diagnosed(SimulatedBench(noise=0.04, draw=random.Random(3)), told=told)
    rounds = [now for now, _ in itertools.groupby(one.now for one in told) if "trying" in now]
    assert sum("TensorFlow's own rewrites" in now for now in rounds) == 1


def test_what_is_not_recommended_in_the_end_is_not_told_as_kept() -> None:
    for seed in range(6):
        bench = SimulatedBench(map_s=1e-5, noise=0.15, host_s=2e-3, draw=random.Random(seed))
        answer = diagnosed(bench)
        knobs = {change.knob for change in answer.changes}
        assert all(set(trial.changes) & knobs for trial in answer.tried if trial.kept)
