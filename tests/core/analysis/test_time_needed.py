from __future__ import annotations

from dataclasses import replace

import pytest

from core.analysis.sweeps.time_needed import Durations, duration, time_needed
from core.model.chain import recorded
from core.model.kinds import Value
from core.model.plan import PROCESS, WINDOW, RunPlan
from core.model.run import PhaseTime, Run
from tests.builders import run_of


def took(seconds: float, **values: Value) -> Run:
    knobs = {key.replace("__", "."): value for key, value in values.items()}
    return replace(run_of(values=knobs), fit_wall_s=seconds, phases=())


def like(run: Run, **values: Value) -> RunPlan:
    knobs = {key.replace("__", "."): value for key, value in values.items()}
    return replace(run.plan, settings=recorded({**run.plan.settings, **knobs}))


def test_runs_of_the_same_settings_say_it_best() -> None:
    runs = [took(10.0, prefetch__buffer_size=2), took(30.0), took(10.0, prefetch__buffer_size=2)]
    assert time_needed([like(runs[0])], runs).seconds == pytest.approx(10.0)
    assert time_needed([like(runs[1])], runs).seconds == pytest.approx(30.0)


def test_runs_of_the_same_length_say_it_where_the_settings_are_new() -> None:
    runs = [took(10.0, fit__epochs=1), took(80.0, fit__epochs=8)]
    wanted = like(runs[0], prefetch__buffer_size=4)
    assert time_needed([wanted, wanted], runs).seconds == pytest.approx(20.0)


def test_what_is_not_known_is_said() -> None:
    known = took(10.0)
    other = RunPlan("npz_shards", known.plan.settings, "/data")
    assert time_needed([other], [known]).text() == "how long a run takes is not known yet"
    both = time_needed([other, known.plan], [known])
    assert both.text() == "about 10 s and 1 of unknown length"
    assert time_needed([], [known]).seconds == 0


def test_repeats_take_their_time_each() -> None:
    known = took(10.0)
    found = Durations([known]).needed(
        [known.plan, RunPlan("x", known.plan.settings, "")], repeats=3
    )
    assert found.seconds == pytest.approx(30.0)
    assert found.unknown == 3


def test_building_counts_and_loading_tensorflow_does_not() -> None:
    phases = tuple(
        PhaseTime(name, at_s)
        for name, at_s in (
            ("loading TensorFlow", 0.0),
            ("building pipeline and model", 9.0),
            ("tracing", 10.5),
        )
    )
    run = replace(took(10.0), phases=phases)
    assert time_needed([run.plan], [run]).seconds == pytest.approx(11.5)


def loaded(run: Run, loading_s: float, engine: str) -> Run:
    phases = (PhaseTime("loading TensorFlow", 0.0), PhaseTime("making data", loading_s))
    return replace(run, phases=phases, plan=replace(run.plan, engine=engine))


def test_an_isolated_run_has_tensorflow_to_load_each_time() -> None:
    within = loaded(took(10.0), 6.0, WINDOW)
    again = loaded(took(10.0), 0.0, WINDOW)
    isolated = replace(within.plan, engine=PROCESS)
    assert time_needed([within.plan], [within, again]).seconds == pytest.approx(10.0)
    # Nothing was isolated yet: as it once took here.
    assert time_needed([isolated, isolated], [within, again]).seconds == pytest.approx(32.0)
    runs = [within, loaded(took(10.0), 4.0, PROCESS), loaded(took(10.0), 4.0, PROCESS)]
    assert time_needed([isolated], runs).seconds == pytest.approx(14.0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.4, "4 s"), (119, "119 s"), (240, "4 min"), (5400, "1.5 h")]
)
def test_durations_are_told_in_the_unit_that_people_would_use(seconds: float, text: str) -> None:
    assert duration(seconds) == text
