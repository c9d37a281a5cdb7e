"""``diagnose``: its options, its text and its files. What it measures is scripted here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.engines.protocols import Cancelled, Emit
from core.export.diagnosis_json import diagnosis_document
from core.model.diagnosis import NarrowPlace
from core.model.events import Event, RunEnded
from core.model.plan import RunPlan
from core.model.run import RunState
from tests.builders import even_samples, events_of, run_of, scripted_fit
from tests.core.cli.conftest import Cli
from tests.diagnosis_builders import an_answer, with_answer

KEYS = (
    "limit", "narrow_stage", "cut_rates", "changes", "not_helpful", "only_you_can", "not_allowed",
    "gain", "gain_interval", "recommended_settings", "break_even_step_s", "headline", "wall_s",
)  # fmt: skip


def test_the_text_says_limit_change_and_gain_first(cli: Cli) -> None:
    outcome = cli("diagnose", "augmented")
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert lines[0].startswith("diagnosis of augmented")
    assert "Waiting for input 49 % of the time" in lines[1]
    assert "2.93 times as fast [2.70, 3.10], 5 pairs" in " ".join(outcome.out.split())
    assert "train.py:14" in outcome.out
    assert "tried and not kept" in outcome.out
    assert "only you can" in outcome.out
    assert "Break-even step: 213 ms" in outcome.out


def test_the_document_has_all_that_programs_look_for(cli: Cli) -> None:
    document = json.loads(cli("diagnose", "augmented", "--json", "-").out)
    assert [key for key in KEYS if key not in document] == []
    assert document["limit"] == "sequential"
    assert document["narrow_stage"] == {"id": "map", "file": "/home/me/train.py", "line": 14}
    (first, _) = document["changes"]
    assert first["id"] == "map.num_parallel_calls"
    assert (first["from"], first["to"], first["interval"]) == ("off", 4, [1.9, 2.3])
    assert {"id", "file", "line", "elements_per_s", "examples_per_s", "cores"} <= set(
        document["cut_rates"][1]
    )


def test_what_limits_outside_of_the_pipeline_is_named_in_place_of_a_stage() -> None:
    place = NarrowPlace("callbacks", "/home/me/train.py", 30)
    answer = an_answer(narrow_stage="", narrow_place=place)
    document = diagnosis_document(run_of(), answer)
    assert document["narrow_stage"] == {"id": "callbacks", "file": "/home/me/train.py", "line": 30}


def test_what_is_wrong_in_the_code_is_told_beside_the_time(cli: Cli, tmp_path: Path) -> None:
    frozen = ("augmented", "--set", "cache.where=memory", "--set", "cache.position=after_map")
    page = tmp_path / "a.html"
    text = " ".join(cli("diagnose", *frozen, "--html", str(page)).out.split())
    assert "mistakes in the code, apart from speed: cache: cache behind a random map" in text
    assert "cache behind a random map" in page.read_text(encoding="utf-8")
    (finding,) = json.loads(cli("diagnose", *frozen, "--json", "-").out)["wrong"]
    assert finding["key"] == "cache_of_random"
    assert "wrong in the code" not in cli("diagnose", "augmented").out


def test_stages_shows_the_rates_behind_each_stage_and_tries_nothing(cli: Cli) -> None:
    asked: list[RunPlan] = []
    even = with_answer(scripted_fit(events_of(even_samples())), an_answer())

    def fit(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        asked.append(plan)
        even(plan, emit, cancelled)

    outcome = cli("stages", "augmented", fit=fit)
    assert outcome.code == 0, outcome.err
    assert asked[0].diagnosis is not None
    assert not asked[0].diagnosis.search
    assert outcome.out.startswith("stages of augmented")
    assert "> map" in outcome.out
    assert "tried and not kept" not in outcome.out


def test_options_travel_with_the_plan(cli: Cli) -> None:
    asked: list[RunPlan] = []
    even = with_answer(scripted_fit(events_of(even_samples())), an_answer())

    def fit(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        asked.append(plan)
        even(plan, emit, cancelled)

    words = ("--budget", "90s", "--allow", "order,augmentation", "--ram", "4GB", "--gain", "10")
    assert cli("diagnose", "augmented", *words, fit=fit).code == 0
    options = asked[0].diagnosis
    assert options is not None
    assert (options.budget_s, options.gain_percent, options.ram_bytes) == (90.0, 10.0, 4e9)
    assert [str(kind) for kind in options.allow] == ["order", "augmentation"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--budget", "soon"), "--budget cannot be 'soon'"),
        (("--budget", "3s"), "20s or more"),
        (("--allow", "everything"), "--allow cannot be 'everything'"),
        (("--ram", "much"), "--ram cannot be 'much'"),
        (("--gain", "0"), "--gain must be a percentage above 0"),
        (("--patch", "x.patch"), "has no calls of yours to change"),
    ],
)
def test_what_cannot_be_read_is_said_before_anything_is_measured(
    cli: Cli, words: tuple[str, ...], said: str
) -> None:
    outcome = cli("diagnose", "augmented", *words)
    assert outcome.code == 2
    assert said in outcome.err


def test_the_page_is_written(cli: Cli, tmp_path: Path) -> None:
    assert cli("diagnose", "augmented", "--html", str(tmp_path / "a.html")).code == 0
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    for said in ("Waiting for input 49 %", "train.py:14", "How it was found", "<svg"):
        assert said in page


def test_what_is_measured_is_told_as_it_comes(cli: Cli) -> None:
    assert "5.0 s  As it is: 150 examples/s." in cli("diagnose", "augmented").err


def test_a_diagnosis_that_was_stopped_goes_on_with_what_it_knew(cli: Cli) -> None:
    asked: list[RunPlan] = []
    even = scripted_fit(events_of(even_samples()))

    def fit(plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        asked.append(plan)

        def stopped(event: Event) -> None:
            first = len(asked) == 1 and isinstance(event, RunEnded)
            emit(replace(event, state=RunState.STOPPED) if first else event)

        with_answer(even, an_answer())(plan, stopped, cancelled)

    words = ("diagnose", "augmented", "--name", "why so slow?")
    assert "goes on where it was stopped" in cli(*words, fit=fit).err
    assert "why so slow?" in cli("report").out
    outcome = cli(*words, fit=fit)
    assert outcome.code == 0, outcome.err
    assert "2 changes tried before" in outcome.err
    first, second = asked
    assert first.resumed is None
    assert second.resumed is not None
    assert second.resumed.tried == an_answer().tried
    assert first.turn == second.turn
    kept = [line for line in cli("report").out.splitlines() if "diagnosis" in line]
    assert len(kept) == 1


def test_a_kept_diagnosis_is_reported_as_text_page_and_document(cli: Cli, tmp_path: Path) -> None:
    cli("diagnose", "augmented", "--name", "mine")
    assert "2.93 times as fast" in " ".join(cli("report", "mine").out.split())
    page, document = tmp_path / "a.html", tmp_path / "a.json"
    assert cli("report", "mine", "--html", str(page), "--json", str(document)).code == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(document.read_text())["limit"] == "sequential"
    assert "no table of runs" in cli("report", "mine", "--csv", str(tmp_path / "a.csv")).complaint
