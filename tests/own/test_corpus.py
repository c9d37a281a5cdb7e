"""Pipelines as people write them: opened, changed in all that can be, and patched to that."""

from __future__ import annotations

import ast
import dataclasses
import functools
import linecache
import re
import shutil
from pathlib import Path

import pytest

from core.export.patch import Patch, patch
from core.lazy import tf
from core.model.kinds import AUTOTUNE, DEFAULT, OFF, Value
from core.model.recorded_call import RecordedCall, Site
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.recorded_chain.chain import AddedCache, AddedPrefetch, Recorded
from core.user_code.function_workload import UserFunctionWorkload, open_function
from core.user_code.observe import datasets_of, observed
from core.user_code.user_function import UserFunction
from tests.own.conftest import (
    FOLDER,
    NAMES,
    Delivered,
    about,
    delivered,
    of,
    opened,
    seed,
    untouched,
)
from tests.own.test_patch_round_trip import shape

DATA = SourceData(FOLDER, FOLDER)
PARALLEL = ("num_parallel_calls", "num_parallel_reads")
REASONS = (
    "stands in an installed package",
    "is not called by its name there",
    "no call of TFRecordDataset is found there",
)
"""Why some of them cannot be edited."""


def built(name: str, settings: Settings) -> object:
    seed()
    return opened(name).build(settings, DATA)


def plain_settings(name: str) -> Settings:
    settings = opened(name).chain.defaults()
    return settings.with_values({"fit.steps_per_epoch": "all"} if not endless(name) else {})


def endless(name: str) -> bool:
    return getattr(about(name), "ENDLESS", False)


def flipped(name: str) -> Settings:
    """Everything that may be switched is as the code does not have it; parallel calls too."""
    settings, changes = plain_settings(name), dict[str, Value]()
    for stage in settings.chain.stages:
        if isinstance(stage, (Recorded, AddedCache, AddedPrefetch)):
            settings = settings.switched(stage, on=not stage.is_on(settings))
        if isinstance(stage, Recorded):
            for knob in stage.knobs:
                if knob.name in PARALLEL:
                    changes[stage.id(knob.name)] = 2 if knob.default in (OFF, AUTOTUNE) else OFF
    return settings.with_values(changes)


def keeps_order(name: str) -> bool:
    """Whether parallel calls leave the order as it is; where they do not, their knobs say so."""
    return not any(
        knob.name in PARALLEL and knob.changes_training
        for stage in opened(name).chain.stages
        for knob in stage.knobs
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_chain_has_the_calls_of_the_code_in_the_order_of_the_data(name: str) -> None:
    calls = opened(name).opened.calls
    assert [call.method for call in calls if not call.made_by] == about(name).EXPECTED
    keys = [call.key for call in calls]
    assert len(set(keys)) == len(keys)
    stages = [stage.key for stage in opened(name).chain.stages]
    assert len(set(stages)) == len(stages)
    for method, count in getattr(about(name), "COUNTS", {}).items():
        assert [call.count for call in calls if call.method == method] == [count]
    for method in getattr(about(name), "FIXED", ()):
        stage = next(s for s in opened(name).chain.stages if getattr(s, "kind", "") == method)
        assert not stage.knobs
        assert stage.switch is None


@pytest.mark.parametrize("name", NAMES)
def test_each_call_is_where_its_place_says(name: str) -> None:
    fixed = getattr(about(name), "FIXED", ())
    for call in opened(name).opened.calls:
        if call.method in fixed:
            continue
        text = text_at(call.site)
        if call.site.column < 0:
            # A class given as a function: there is no call of it to point at.
            assert call.inside
            assert call.method[0].isupper()
            continue
        if not hasattr(about(name), "ONE_PLACE"):
            method = call.made_by or call.method
            assert called(text) == method or f'"{method}"' in text, (call, text)
        assert call.site.library or call.site.file.startswith(str(FOLDER))
        assert not call.site.library or hasattr(about(name), "LIBRARY")


def text_at(site: Site) -> str:
    lines = [line.encode() for line in linecache.getlines(site.file)]
    part = lines[site.line - 1 : site.end_line] if site.end_line > 0 else [lines[site.line - 1]]
    if site.column >= 0:
        part[-1] = part[-1][: site.end_column]
        part[0] = part[0][site.column :]
    return b"".join(part).decode()


def called(text: str) -> str:
    """The name of what an expression calls last."""
    call = ast.parse(f"({text})", mode="eval").body
    assert isinstance(call, ast.Call), text
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@pytest.mark.parametrize("name", NAMES)
def test_with_nothing_changed_the_elements_are_those_of_the_untouched_function(name: str) -> None:
    seed()
    again = observed(of(name))
    seed()
    assert [known_of(call) for call in again.calls] == [
        known_of(call) for call in opened(name).opened.calls
    ]
    assert expected(name).count != 0
    if not getattr(about(name), "STATEFUL", False):
        assert delivered(again.dataset, endless=endless(name)) == expected(name)


@functools.cache
def expected(name: str) -> Delivered:
    """What the function delivers when nobody watches, and did so before anyone did."""
    dataset = datasets_of(untouched(name))[0]
    seed()
    return delivered(dataset, endless=endless(name))


def known_of(call: RecordedCall) -> tuple[object, ...]:
    """All but what may be another: the name of a temporary file, a seed that tests set."""
    function = call.function and dataclasses.replace(call.function, seeded=False)
    return call.key, call.path, call.inputs, call.inside, call.given, call.count, function


@pytest.mark.parametrize("name", NAMES)
def test_switching_everything_the_other_way_delivers_the_same_elements(name: str) -> None:
    dataset = built(name, flipped(name))
    seed()
    found = delivered(dataset, endless=endless(name))
    assert found.count == expected(name).count
    if keeps_order(name) and not getattr(about(name), "RANDOM", False):
        assert found.first == expected(name).first


@pytest.mark.parametrize("name", NAMES)
def test_the_patched_file_has_the_chosen_chain(name: str, tmp_path: Path) -> None:
    own = opened(name)
    assert patch(own.chain, own.chain.defaults()).is_empty
    settings = patched(own)
    found = made(own, settings)
    settings = without(settings, found.not_done)
    found = made(own, settings)
    assert found.not_done == ()
    folder = tmp_path / "pipelines"
    shutil.copytree(FOLDER, folder)
    for file in found.files:
        (folder / file.file.relative_to(FOLDER)).write_bytes(file.new_bytes)
    again = open_function(UserFunction(folder / f"{name}.py", "make_dataset"))
    assert shape(again, again.chain.defaults()) == shape(own, settings)


def made(own: UserFunctionWorkload, settings: Settings) -> Patch:
    return patch(own.chain, settings, pair=own.opened.validation)


def patched(own: UserFunctionWorkload) -> Settings:
    """All that can be switched is the other way round, all that is parallel is not, and so on."""
    settings = own.chain.defaults()
    changes: dict[str, object] = {}
    for stage in own.chain.stages:
        if isinstance(stage, (Recorded, AddedCache, AddedPrefetch)):
            settings = settings.switched(stage, not stage.is_on(settings))
        if isinstance(stage, Recorded):
            for knob in stage.knobs:
                if knob.name in ("num_parallel_calls", "num_parallel_reads"):
                    changes[stage.id(knob.name)] = 1 if knob.default in (OFF, AUTOTUNE) else OFF
                elif knob.name == "deterministic":
                    changes[stage.id(knob.name)] = DEFAULT
                elif knob.name == "batch_size":
                    changes[stage.id(knob.name)] = 7
    return settings.with_values(changes)


def without(settings: Settings, not_done: tuple[str, ...]) -> Settings:
    """The settings but for the stages that the patch cannot change, for reasons that are known."""
    defaults = settings.chain.defaults()
    for sentence in not_done:
        assert any(reason in sentence for reason in REASONS), sentence
        stage = re.search(r"(\S+) in line", sentence)
        assert stage is not None
        keys = [key for key in settings if key.startswith(f"{stage[1]}.")]
        settings = settings.with_values({key: defaults[key] for key in keys})
    return settings


def test_there_are_many_ways_of_writing_a_pipeline_here() -> None:
    assert len(NAMES) >= 50


def test_the_stages_of_a_loop_say_all_that_it_applied() -> None:
    (call,) = (call for call in opened("loop_of_steps").opened.calls if call.method == "map")
    assert call.function is not None
    assert call.function.name == "double, plus_one, jitter"
    assert call.function.random


def test_a_function_is_said_to_be_in_the_file_that_people_wrote() -> None:
    for name in ("text_interleave", "nested_lambdas", "autograph", "callable_reader"):
        for call in opened(name).opened.calls:
            if call.function is not None and call.method == "map":
                assert call.function.file.endswith((f"{name}.py", "string_ops.py", "dispatch.py"))
                assert call.function.line > 0


def test_a_layer_that_augments_draws_at_random() -> None:
    (call,) = (c for c in opened("keras_augmentation").opened.calls if c.method == "map")
    assert call.function is not None
    assert call.function.random


def test_only_the_training_dataset_of_several_is_measured() -> None:
    for name in ("helpers", "image_files", "audio", "text_directory"):
        assert opened(name).opened.validation
    (skip,) = (call for call in opened("helpers").opened.calls if call.method in ("skip", "take"))
    assert skip.method == "skip"
    assert not opened("numpy_arrays").opened.validation


def test_calls_within_a_library_can_be_changed_and_say_where_they_are() -> None:
    calls = opened("image_directory").opened.calls
    inside = [call for call in calls if call.site.library]
    assert {"shuffle", "batch", "prefetch"} <= {call.method for call in inside}
    assert all(not call.path[0].library for call in inside)
    batch = next(stage for stage in opened("image_directory").chain.stages if stage.key == "batch")
    settings = opened("image_directory").chain.defaults().with_values({batch.id("batch_size"): 3})
    first = next(iter(built("image_directory", settings)))  # type: ignore[call-overload]
    assert first[0].shape[0] == 3


def test_a_strategy_is_a_stage_and_its_dataset_is_what_runs() -> None:
    for name in ("distributed", "distributed_function"):
        assert opened(name).chain.stage("distribute") is not None
        assert isinstance(observed(of(name)).dataset, tf.data.Dataset)


@pytest.mark.parametrize(
    ("name", "behind"),
    [
        ("text_lines", "map"),
        ("tfrecords_interleave", "map"),
        ("ragged", "ragged_batch"),
        ("loop_of_steps", ""),
        ("keras_augmentation", ""),
        ("method_chain", ""),
        ("generator_args", ""),
        ("sampling", ""),
        ("rejection", "map[1]"),
        ("helper_twice", "map[3]"),
        ("nested_lambdas", "unbatch"),
    ],
)
def test_a_cache_is_offered_behind_the_last_work_that_every_epoch_repeats(
    name: str, behind: str
) -> None:
    found = [stage.behind for stage in opened(name).chain.stages if isinstance(stage, AddedCache)]
    assert found == ([behind] if behind else [])


def keys_of(calls: tuple[RecordedCall, ...]) -> list[str]:
    return [call.key for call in calls]


def test_the_ids_of_stages_are_made_of_what_the_code_calls_them() -> None:
    assert keys_of(opened("audio").opened.calls) == [
        "from_tensor_slices",
        "map[get_waveform_and_label]",
        "map[get_spectrogram_and_label_id]",
        "batch",
        "cache",
        "prefetch",
    ]
    # Made in a library, where no name of the person's tells them apart.
    series = keys_of(opened("timeseries").opened.calls)
    assert {"from_tensors[1]", "from_tensors[2]", "zip[4]"} < set(series)
