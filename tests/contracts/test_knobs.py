"""What holds for every knob of every stage."""

from __future__ import annotations

import itertools
import re

import pytest

from core.model.errors import InputError
from core.model.knob import Knob
from core.pipeline.presets import PRESETS, presets_for
from core.workloads.catalogue import WORKLOADS
from core.workloads.workload import Workload

EVERY = [(workload, key) for workload in WORKLOADS for key in workload.chain.knobs]
OF_TF_DATA = [workload for workload in WORKLOADS if workload.id != "pydataset"]
"""Those whose chain is one of tf.data stages."""
IDS = [f"{one.id}-{key}" for one, key in EVERY]


@pytest.fixture(params=EVERY, ids=IDS)
def case(request: pytest.FixtureRequest) -> tuple[Workload, str, Knob]:
    one, key = request.param
    return one, key, one.chain.knob(key)


def test_its_id_is_stage_dot_argument(case: tuple[Workload, str, Knob]) -> None:
    _, key, _ = case
    assert re.fullmatch(r"[a-z]+(\[[a-z_]+\])?\.[a-z_]+", key)


def test_no_word_stands_twice_in_what_the_window_calls_it(
    case: tuple[Workload, str, Knob],
) -> None:
    _, key, knob = case
    words = knob.title(key.rpartition(".")[0]).split()
    assert all(word != after for word, after in itertools.pairwise(words)), words


def test_it_says_what_it_does_and_when_it_cannot_help(case: tuple[Workload, str, Knob]) -> None:
    _, _, knob = case
    for text in (knob.help, knob.cannot_help):
        assert text
        assert text[0].isupper()
        assert text.endswith(".")
    assert knob.kind.describe() in knob.tooltip()


def test_what_it_makes_of_the_training_is_a_clause(case: tuple[Workload, str, Knob]) -> None:
    _, _, knob = case
    if knob.changes_training is not None:
        assert knob.changes_training.words[0].islower()
        assert not knob.changes_training.words.endswith(".")


def test_its_default_and_suggestions_are_values_it_takes(
    case: tuple[Workload, str, Knob],
) -> None:
    _, _, knob = case
    for value in (knob.default, *knob.kind.suggestions()):
        assert knob.kind.check(value) == value
        assert knob.kind.parse(knob.kind.format(value)) == value


def test_a_value_it_does_not_take_is_named_with_what_it_takes(
    case: tuple[Workload, str, Knob],
) -> None:
    one, key, knob = case
    with pytest.raises(InputError) as caught:
        one.chain.defaults().with_values({key: "nonsense \0"})
    assert key in str(caught.value)
    assert knob.kind.describe() in str(caught.value)


@pytest.mark.parametrize("one", WORKLOADS, ids=lambda one: one.id)
def test_every_stage_but_source_and_batch_can_be_switched_off_and_on(one: Workload) -> None:
    for stage in one.chain.stages:
        if stage.kind in ("source", "pydataset", "batch", "process", "fit"):
            assert stage.switch is None
            continue
        settings = one.chain.defaults()
        if stage.kind == "repeat":
            assert not stage.is_on(settings)
            assert stage.is_on(settings.with_values({"fit.steps_per_epoch": 5}))
            continue
        for on in (True, False, True):
            settings = settings.switched(stage, on)
            assert stage.is_on(settings) is on


@pytest.mark.parametrize("one", OF_TF_DATA, ids=lambda one: one.id)
def test_every_workload_has_the_general_presets_that_fit_it(one: Workload) -> None:
    labels = {preset.label for preset in presets_for(one.id, one.chain)}
    assert {"naive", "prefetch only", "tuned"} <= labels
    kinds = {stage.kind for stage in one.chain.stages}
    assert ("parallel map" in labels) is ("map" in kinds)
    assert ("parallel read" in labels) is ("interleave" in kinds)


@pytest.mark.parametrize("one", WORKLOADS, ids=lambda one: one.id)
def test_presets_set_values_that_their_knobs_take(one: Workload) -> None:
    for preset in presets_for(one.id, one.chain):
        settings = preset.apply(one.chain.defaults())
        assert preset.apply(settings) == settings


def test_the_three_textbook_cases_belong_to_one_workload_each() -> None:
    cases = {preset.label: preset.workload for preset in PRESETS if preset.workload}
    assert cases == {
        "textbook 1": "in_memory",
        "textbook 2": "augmented",
        "textbook 3": "npz_shards",
    }


@pytest.mark.parametrize("one", OF_TF_DATA, ids=lambda one: one.id)
def test_as_a_default_nothing_is_rewritten_and_prefetch_stands_last(one: Workload) -> None:
    settings = one.chain.defaults()
    assert settings["options.rewrites"] == "as_written"
    kinds = [stage.kind for stage in settings.stages_in_order()]
    assert kinds[0] == "source"
    assert kinds[-4:] == ["prefetch", "options", "process", "fit"]
