"""Presets, found by name and applied."""

from __future__ import annotations

import pytest

from core.model.errors import InputError
from core.pipeline.presets import PRESETS, preset, presets_for
from core.pipeline.recorded_chain.chain import user_code_chain
from tests.builders import small_chain
from tests.core.analysis.findings.chains import call


def test_ids_are_unique_words() -> None:
    ids = [one.id for one in PRESETS]
    assert len(set(ids)) == len(ids)
    assert not any(" " in one for one in ids)


@pytest.mark.parametrize("name", ["prefetch_only", "Prefetch only", " prefetch-only "])
def test_a_preset_is_found_however_its_words_are_joined(name: str) -> None:
    assert preset(name, "in_memory", small_chain()).id == "prefetch_only"


def test_a_preset_that_needs_a_stage_fits_only_chains_that_have_it() -> None:
    ids = {one.id for one in presets_for("in_memory", small_chain())}
    assert "parallel_map" not in ids
    assert {"naive", "prefetch_only", "tuned"} <= ids
    with pytest.raises(InputError, match="does not apply"):
        preset("parallel_map", "in_memory", small_chain())


def test_an_unknown_preset_is_told_with_those_that_there_are() -> None:
    with pytest.raises(InputError) as caught:
        preset("fast", "in_memory", small_chain())
    assert "naive" in caught.value.expected


def test_a_preset_leaves_batch_size_training_and_what_it_does_not_name() -> None:
    chain = small_chain()
    mine = chain.defaults().with_values({"batch.batch_size": 8, "fit.seed": 7, "fit.epochs": 9})
    tuned = preset("tuned", "in_memory", chain).apply(mine)
    assert tuned["prefetch.buffer_size"] == "autotune"
    assert tuned.differing(mine) == ("prefetch.buffer_size",)


def test_naive_after_tuned_is_naive() -> None:
    chain = small_chain()
    naive = preset("naive", "in_memory", chain)
    tuned = preset("tuned", "in_memory", chain)
    assert naive.apply(tuned.apply(chain.defaults())) == naive.apply(chain.defaults())


def test_in_own_code_a_preset_sets_every_stage_of_a_kind_and_leaves_the_training_alone() -> None:
    none = {"num_parallel_calls": None, "deterministic": None}
    chain = user_code_chain(
        [
            call("from_tensor_slices"),
            call("map", "map[a]", **none),
            call("map", "map[b]", **none),
            call("shuffle", buffer_size=100),
            call("interleave", cycle_length=7, block_length=2, **none),
            call("batch", batch_size=8),
        ]
    )
    written = chain.defaults()
    tuned = preset("tuned", "train.py:f@00000000", chain).apply(written)
    assert {key: tuned[key] for key in tuned.differing(written)} == {
        "map[a].num_parallel_calls": "autotune",
        "map[b].num_parallel_calls": "autotune",
        "interleave.num_parallel_calls": "autotune",
        "prefetch[added].buffer_size": "autotune",
    }
    naive = preset("naive", "train.py:f@00000000", chain).apply(tuned)
    assert naive == written
