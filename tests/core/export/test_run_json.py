"""A run as a JSON document: for programs that must not be misled."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.export.run_json import examples_per_epoch, run_document, runs_document, to_json
from core.model.measured.ceilings import Ceilings
from core.model.measured.samples import Samples
from core.model.run import Failure, RunState
from tests.builders import even_samples, random_samples, recorded_resources, run_of

NAMED = [
    "schema",
    "id",
    "number",
    "name",
    "created",
    "workload",
    "settings",
    "device",
    "emulated",
    "environment",
    "state",
    "failure",
    "steps",
    "examples",
    "wall_s",
    "throughput_examples_per_s",
    "device_idle_percent",
    "input_wait_percent",
    "host_percent",
    "epoch_turnaround_percent",
    "device_busy_s_per_step",
    "input_wait_s_per_step",
    "time_to_first_batch_s",
    "loss_per_epoch",
    "examples_per_epoch",
    "final_loss",
    "not_measured",
    "units",
    "sources",
    "warm_up",
    "steady_steps",
    "phases",
]


def strict(text: str) -> Any:
    """Read JSON as a strict reader does."""

    def refuse(word: str) -> float:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize(
    "run",
    [
        run_of(),
        run_of(Samples.empty(), state=RunState.FAILED, failure=Failure("It broke")),
        run_of(values={"fit.device": "gpu:0"}),
        replace(run_of(), prepared=None),
    ],
    ids=["done", "failed before the first step", "on a GPU", "not prepared"],
)
def test_every_run_has_every_key_and_a_reason_for_each_missing_figure(run: Any) -> None:
    document = strict(to_json(run_document(run)))
    assert [key for key in NAMED if key not in document] == []
    for key in document["units"]:
        if key in document and document[key] is None:
            assert document["not_measured"][key]
    for key in document["not_measured"]:
        assert document[key] is None
    assert set(document["sources"]) | {"at_s"} == set(document["units"])


@pytest.mark.parametrize("seed", range(10))
def test_the_causes_add_up_to_device_idle(seed: int) -> None:
    document = run_document(run_of(random_samples(seed)))
    causes = ("input_wait_percent", "host_percent", "epoch_turnaround_percent")
    if document["device_idle_percent"] is None:
        assert {document[key] for key in causes} == {None}
        return
    assert sum(document[key] for key in causes) == pytest.approx(document["device_idle_percent"])


def test_counts_are_of_the_whole_run_and_averages_of_its_steady_part() -> None:
    document = run_document(run_of(even_samples(40, 2)))
    assert (document["steps"], document["examples"]) == (40, 40 * 32)
    assert document["examples_per_epoch"] == [640, 640]
    assert document["warm_up"]["steps"] == 10
    assert document["steady_steps"] == 30
    assert document["input_wait_s_per_step"] == pytest.approx(0.03)


def test_what_was_emulated_stands_with_every_source() -> None:
    run = run_of(emulations=("emulated accelerator 20 ms",))
    run = replace(
        run,
        resources=recorded_resources(gpus=("recorded GPU",)),
        ceilings=Ceilings(2000.0, 1000.0),
    )
    document = run_document(run)
    assert document["emulated"] == ["emulated accelerator 20 ms"]
    assert all("emulated accelerator 20 ms" in source for source in document["sources"].values())


def test_a_loss_that_is_no_number_is_null_and_told_of() -> None:
    run = replace(run_of(), epoch_losses=(1.0, float("nan")))
    document = strict(to_json(run_document(run)))
    assert document["final_loss"] is None
    assert document["not_measured"]["final_loss"] == "came out as NaN"
    assert document["not_measured"]["loss_per_epoch"] == "epoch 2 came out as NaN"
    assert document["loss_per_epoch"] == [1.0, None]


@pytest.mark.parametrize(
    ("starts", "expected"),
    [([], []), ([0], [40]), ([0, 10], [10, 30]), ([0, 10, 10, 40], [10, 0, 30, 0])],
)
def test_an_epoch_that_delivered_nothing_counts_as_zero(
    starts: list[int], expected: list[int]
) -> None:
    samples = even_samples(40, 1, batch=1)
    found = Samples(**{**vars(samples), "epoch_starts": samples.loss_steps[:0]})
    if starts:
        found = Samples(**{**vars(samples), "epoch_starts": as_steps(samples, starts)})
    assert examples_per_epoch(run_of(found)) == expected


def as_steps(samples: Samples, starts: list[int]) -> Any:
    return samples.loss_steps[:1].repeat(len(starts)) * 0 + starts


def test_several_runs_make_one_document() -> None:
    document = strict(to_json(runs_document([run_of(number=1), run_of(number=2)])))
    assert document["schema"] == "pipeline-explorer/runs/1"
    assert [run["number"] for run in document["runs"]] == [1, 2]


def test_numbers_that_json_has_no_word_for_become_null_wherever_they_are() -> None:
    nested = {"a": [float("inf"), {"b": (float("-inf"), 1.5)}], "c": "NaN"}
    assert strict(to_json(nested)) == {"a": [None, {"b": [None, 1.5]}], "c": "NaN"}
