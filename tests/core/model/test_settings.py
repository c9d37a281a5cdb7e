"""Settings are values for the knobs of a chain."""

from __future__ import annotations

import pytest

from core.model.errors import InputError
from core.pipeline.stages.cache import Cache
from core.pipeline.stages.source import SourceStage
from tests.builders import small_chain


def test_defaults_give_every_knob_its_default() -> None:
    chain = small_chain()
    assert dict(chain.defaults()) == {key: knob.default for key, knob in chain.knobs.items()}


def test_a_change_leaves_the_settings_it_came_from_alone() -> None:
    before = small_chain().defaults()
    after = before.with_values({"batch.batch_size": "64"})
    assert (before["batch.batch_size"], after["batch.batch_size"]) == (32, 64)
    assert after.differing(before) == ("batch.batch_size",)


def test_a_value_out_of_range_names_the_knob_and_what_is_allowed() -> None:
    with pytest.raises(InputError) as caught:
        small_chain().defaults().with_assignments(["prefetch.buffer_size=5000"])
    assert str(caught.value) == (
        "prefetch.buffer_size cannot be '5000'. "
        "Expected: off, autotune or a whole number from 1 to 4096."
    )


def test_an_unknown_knob_names_the_closest_and_all_others() -> None:
    with pytest.raises(InputError) as caught:
        small_chain().defaults().with_assignments(["prefetch.bufer=2"])
    assert "'prefetch.bufer'" in caught.value.what
    assert "Did you mean prefetch.buffer_size?" in caught.value.remedy
    assert all(key in caught.value.expected for key in small_chain().knobs)


@pytest.mark.parametrize("text", ["", "prefetch.buffer_size", "=", "=3"])
def test_what_is_no_assignment_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        small_chain().defaults().with_assignments([text])


def test_of_two_assignments_to_one_knob_the_last_holds() -> None:
    settings = (
        small_chain().defaults().with_assignments([" batch.batch_size = 8 ", "batch.batch_size=16"])
    )
    assert settings["batch.batch_size"] == 16


def test_equal_settings_have_equal_hashes_in_whatever_order_they_were_made() -> None:
    chain = small_chain()
    settings = chain.defaults()
    backwards = type(settings)(chain, dict(reversed(list(settings.items()))))
    assert settings == backwards
    assert hash(settings) == hash(backwards)


def test_a_knob_that_one_side_lacks_differs() -> None:
    settings = small_chain().defaults()
    assert settings.differing({**settings, "map.enabled": True}) == ("map.enabled",)


def test_switching_a_stage_off_and_on_again_changes_only_its_switch() -> None:
    chain = small_chain()
    for stage in chain.stages:
        if stage.switch is None:
            continue
        on = chain.defaults().switched(stage, True)
        off = on.switched(stage, False)
        assert stage.is_on(on)
        assert not stage.is_on(off)
        assert off.differing(on) == (stage.id(stage.switch.knob),)


def test_two_stages_of_a_kind_are_told_apart_by_their_names() -> None:
    chain = type(small_chain())(
        (SourceStage(), Cache(False, name="raw"), Cache(False, name="ready"))
    )
    assert tuple(chain.knobs) == ("cache[raw].where", "cache[ready].where")
    stage = chain.stage("cache[ready]")
    assert stage is chain.stages[2]
    assert chain.stage("cache") is None


def test_only_stages_that_are_on_say_that_they_emulate() -> None:
    settings = small_chain().defaults()
    assert settings.emulations() == ()
    emulated = settings.with_values({"fit.device": "emulated:20"})
    assert emulated.emulations() == ("emulated accelerator 20 ms",)
