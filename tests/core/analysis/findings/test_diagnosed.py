"""Findings beside a diagnosis of the same pipeline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.analysis.findings import findings
from core.analysis.findings.diagnosed import advice_of, diagnosed, where_it_matters
from core.folders import Folders
from core.model.diagnosis import CutRate
from core.session import Session
from core.workloads.augmented import Augmented
from tests.diagnosis_builders import an_answer, record_diagnosis

SETTINGS = Augmented().chain.defaults()


def about_map(stage_s: float) -> set[str]:
    """Keys of the findings that are left where the map takes so long of 6.7 ms an example."""
    rates = (CutRate("map", elements_per_s=1.0, examples_per_s=1.0, stage_s=stage_s),)
    answer = an_answer(cut_rates=rates)
    return {finding.key for finding in where_it_matters(findings(SETTINGS), answer)}


def test_what_is_said_about_time_is_left_out_where_the_stage_takes_none() -> None:
    assert "sequential_map" in about_map(6e-3)
    assert "sequential_map" not in about_map(1e-5)


def test_without_a_diagnosis_or_a_figure_all_findings_stay() -> None:
    every = findings(SETTINGS)
    assert where_it_matters(every, None) == every
    assert where_it_matters(every, an_answer(cut_rates=())) == every


def test_the_last_finished_diagnosis_of_the_very_settings_counts(tmp_path: Path) -> None:
    session = Session(Folders.under(tmp_path), record=False)
    assert diagnosed(session.diagnoses, "augmented", SETTINGS) is None
    record_diagnosis(session, an_answer(finished=False))
    assert diagnosed(session.diagnoses, "augmented", SETTINGS) is None
    record_diagnosis(session, an_answer(wall_s=1.0))
    record_diagnosis(session, an_answer(wall_s=2.0))
    found = diagnosed(session.diagnoses, "augmented", SETTINGS)
    assert found is not None
    assert found.wall_s == 2.0
    longer = SETTINGS.with_values({"fit.epochs": 9})
    assert diagnosed(session.diagnoses, "augmented", longer) == found
    other = SETTINGS.with_values({"prefetch.buffer_size": 2})
    assert diagnosed(session.diagnoses, "augmented", other) is None
    assert diagnosed(session.diagnoses, "in_memory", SETTINGS) is None
    session.close()


def test_the_advice_is_the_headline() -> None:
    answer = replace(an_answer(), headline=("Waiting 49 %.", "Prefetch: 2 times as fast."))
    assert advice_of(answer) == "Diagnosed: Waiting 49 %. Prefetch: 2 times as fast."
