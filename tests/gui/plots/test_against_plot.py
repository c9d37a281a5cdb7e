from __future__ import annotations

from collections.abc import Mapping

import pytest

from core.metrics.device_idle import DeviceIdle
from core.metrics.throughput import Throughput
from core.model.kinds import Choice, Device, Real, Toggle, Whole
from core.model.knob import Knob, tunable
from core.model.run import Run, RunState
from core.session import Session
from gui.plots.against_plot import AgainstInfo, Candidate, against_info, in_order, varied
from tests.gui.builders import Script, play

PREFETCH = "prefetch.buffer_size"
BATCH = "batch.batch_size"


def _info(session: Session, runs: list[Run], key: str = PREFETCH) -> AgainstInfo:
    workload, _ = session.settings_of(runs[0])
    return against_info(_candidates(session, runs), key, Throughput(), workload.chain.knobs)


def _candidates(session: Session, runs: list[Run]) -> list[Candidate]:
    return [Candidate(run, session.settings_of(run)[1]) for run in runs]


def _knob(kind: object) -> Knob:
    return Knob("name", "label", "help", "cannot", kind, "off")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (tunable(64, (2,)), ("off", 1, 2, 16, "autotune")),
        (Toggle(), (False, True)),
        (Whole(1, 100, words=("all",)), (5, 50, "all")),
        (Real(0, 1), (0.1, 0.25, 1.0)),
        (Choice(("small", "large", "huge")), ("small", "large", "huge")),
        (Device(), ("cpu", "gpu:0", "emulated:5", "emulated:20", "emulated:40")),
    ],
    ids=["tunable", "toggle", "words", "real", "choice", "device"],
)
def test_values_stand_in_an_order_that_makes_sense(kind: object, values: tuple) -> None:
    assert in_order(set(values), _knob(kind)) == values


def test_each_run_is_a_point_over_its_value(session: Session) -> None:
    runs = [
        play(session, Script(), prefetch__buffer_size=size) for size in ("autotune", 8, "off", 2)
    ]
    info = _info(session, runs)
    assert info.ticks == ("off", "2 batches", "8 batches", "autotune")
    assert [(point.name, point.x) for point in info.points] == [
        ("run 3", 0),
        ("run 4", 1),
        ("run 2", 2),
        ("run 1", 3),
    ]
    assert info.points[0].y == Throughput().of(runs[2]).value
    assert info.means == ()
    assert info.note(PREFETCH) == ""


def test_runs_that_share_a_value_stand_side_by_side_with_their_mean(session: Session) -> None:
    runs = [play(session, Script(examples=examples)) for examples in (30, 40)]
    info = _info(session, runs)
    left, right = info.points
    assert left.x < 0 < right.x
    assert info.means[0].y == pytest.approx((left.y + right.y) / 2)
    assert info.means[0].runs == 2


def test_other_settings_that_differ_are_named(session: Session) -> None:
    runs = [
        play(session, Script()),
        play(session, Script(), prefetch__buffer_size=2, batch__batch_size=64),
    ]
    info = _info(session, runs)
    assert info.note(PREFETCH) == f"These runs also differ in: {BATCH}."
    assert info.points[1].others == (f"{BATCH} 64 examples",)


def test_runs_without_the_figure_are_left_out_and_counted(session: Session) -> None:
    runs = [
        play(session, Script()),
        play(session, Script(epochs=0)),
        play(session, Script(), fit__device="gpu:0"),
        play(session, Script(), fit__device="gpu:0"),
        play(session, Script(state=RunState.FAILED)),
        play(session, Script(state=None)),
    ]
    workload, _ = session.settings_of(runs[0])
    info = against_info(_candidates(session, runs), PREFETCH, DeviceIdle(), workload.chain.knobs)
    assert [point.run_id for point in info.points] == [runs[0].id]
    counts = dict(info.left_out)
    assert counts["not measured (no step was trained)"] == 1
    assert counts["not measured (on a GPU the loop only sees steps being queued)"] == 2
    assert counts["failed"] == 1
    assert counts["still under way"] == 1
    assert "Left out: " in info.note(PREFETCH)


def test_unlike_machines_are_not_averaged(session: Session) -> None:
    runs = [play(session, Script(environment={"cores": cores})) for cores in (2, 8)]
    info = _info(session, runs)
    assert len(info.points) == 2
    assert info.means == ()
    assert "no mean is drawn" in info.note(PREFETCH)


def test_a_single_value_says_what_to_do(session: Session) -> None:
    info = _info(session, [play(session, Script())])
    assert info.note(PREFETCH) == (f"All have {PREFETCH} off: change it and run again to compare.")


def test_the_source_says_what_was_emulated(session: Session) -> None:
    info = _info(session, [play(session, Script(), fit__device="emulated:20")])
    assert info.source == "timed in the loop, emulated accelerator 20 ms"


def test_knobs_that_vary_are_counted(session: Session) -> None:
    runs = [play(session, Script(), prefetch__buffer_size=size) for size in ("off", 1, 2, 2)]
    found: Mapping[str, int] = varied(_candidates(session, runs))
    assert found == {PREFETCH: 3}


def test_nothing_at_all_is_an_empty_plot(session: Session) -> None:
    assert varied([]) == {}
    knobs = {PREFETCH: _knob(tunable(64, (2,)))}
    assert against_info([], PREFETCH, Throughput(), knobs).points == ()
