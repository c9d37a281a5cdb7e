"""Experiments in few words, for lists."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.analysis.sweeps.text import (
    ONLY_ONE,
    configurations_in_words,
    devices_in_words,
    in_short,
)
from core.folders import Folders
from core.model.experiment import Experiment
from core.session import Session
from core.user_code.known_workloads import Workloads
from tests.experiment_builders import as_read, carry_out, comparison, configuration, sweep, waits


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(Folders.under(tmp_path), record=False)


def short(session: Session, experiment: Experiment, *seconds: float, noise: float = 0.0) -> str:
    carry_out(session, experiment, waits(*seconds, noise=noise))
    return in_short(session.experiments.result(experiment))


def test_a_difference_is_said_with_its_ratio(session: Session) -> None:
    # 0.03 + 0.01 + 0.005 s a step against 0.015 + 0.01 + 0.005.
    assert short(session, comparison(), 0.03, 0.015) == "B faster 1.50×"
    assert short(session, comparison(), 0.015, 0.03).startswith("B slower 0.66")


def test_no_difference_is_said_without_a_letter_where_all_are_alike(session: Session) -> None:
    assert short(session, comparison(), 0.03, 0.03) == "no measurable difference"
    three = comparison("off", 1, 2)
    assert short(session, three, 0.03, 0.03, 0.03) == "no measurable difference"


def test_each_of_several_has_its_verdict(session: Session) -> None:
    found = short(session, comparison("off", 1, 2), 0.03, 0.015, 0.03)
    assert found == "B faster 1.50×, C no measurable difference"


def test_while_repeats_are_missing_it_says_so_far(session: Session) -> None:
    experiment = comparison()
    carry_out(session, experiment, waits(0.03, 0.015, noise=0.001), experiment.order[:6])
    assert in_short(session.experiments.result(experiment)) == "B faster so far 1.50×"


def test_two_pairs_are_not_enough(session: Session) -> None:
    experiment = comparison(repeats=2)
    assert short(session, experiment, 0.03, 0.015) == "not enough data"


def test_without_a_run_there_is_nothing_to_say(session: Session) -> None:
    for experiment in (comparison(), sweep()):
        session.experiments.add(experiment)
        assert in_short(session.experiments.result(experiment)) == ""


def test_a_sweep_says_which_knob_mattered(session: Session) -> None:
    experiment = sweep()
    carry_out(session, experiment, waits(0.04, 0.04, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01))
    found = session.experiments.result(experiment)
    assert in_short(found).startswith("prefetch mattered")


def test_configurations_are_told_by_what_differs_also_where_the_workload_is_gone() -> None:
    known = comparison("off", 2)
    assert configurations_in_words(known) == (
        "prefetch=off",
        "prefetch=2 batches",
    )
    workloads = Workloads()
    assert workloads.why_unknown(known) == ""
    gone = as_read(replace(known, workload="mnist_old"))
    assert configurations_in_words(gone) == ("prefetch.buffer_size=off", "prefetch.buffer_size=2")
    assert "mnist_old" in workloads.why_unknown(gone)


def test_devices_are_said_as_people_call_them() -> None:
    one = comparison()
    assert devices_in_words(one) == "emulated 20 ms"
    both = (configuration(), configuration(fit__device="cpu"))
    assert devices_in_words(replace(one, configurations=both)) == "emulated 20 ms and cpu"


def test_of_a_comparison_left_after_its_first_run_only_one_configuration_is_known(
    session: Session,
) -> None:
    experiment = comparison()
    (run,) = carry_out(session, experiment, waits(0.03), [(0, 0)])
    # As earlier versions left it: the runs alone tell of it.
    known = replace(experiment, configurations=experiment.configurations[:1], repeats=1)
    session.experiments.add(known)
    assert in_short(session.experiments.result(known)) == ONLY_ONE
    assert run.name == "A 1"
