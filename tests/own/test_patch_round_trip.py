"""Someone's files, opened, changed by the patch and opened again: the chain is as chosen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from core.export.patch import patch
from core.export.patch.call_changes import distributes
from core.model.settings import Settings
from core.model.stage import SourceData, Stage
from core.pipeline.recorded_chain.chain import AddedCache, AddedPrefetch, Recorded
from core.pipeline.recorded_chain.moves import POSITION
from core.user_code.function_workload import UserFunctionWorkload, open_function
from core.user_code.user_function import UserFunction
from tests.own import patched_files, patched_helpers

pytestmark = pytest.mark.e2e

FILES = {**patched_files.FILES, **patched_helpers.FILES}


@pytest.mark.parametrize("name", FILES)
def test_a_patched_file_has_the_chosen_chain_and_the_same_elements(
    name: str, tmp_path: Path
) -> None:
    texts, changes = FILES[name]
    for file, text in texts.items():
        (tmp_path / file).write_text(text)
    own = opened(tmp_path)
    settings = chosen(own, changes)
    found = patch(own.chain, settings, pair=own.opened.validation)
    assert found.not_done == ()
    assert {one.name for one in found.files} <= set(texts)
    before = elements(own, settings)
    for one in found.files:
        one.file.write_bytes(one.new_bytes)
    again = opened(tmp_path)
    defaults = again.chain.defaults()
    assert shape(again, defaults) == shape(own, settings)
    assert elements(again, defaults) == before
    assert patch(again.chain, defaults).is_empty


def test_nothing_changed_is_an_empty_patch(tmp_path: Path) -> None:
    for texts, _ in FILES.values():
        for file, text in texts.items():
            (tmp_path / file).write_text(text)
        own = opened(tmp_path)
        found = patch(own.chain, own.chain.defaults())
        assert found.is_empty
        assert (found.files, found.notes, found.diff) == ((), (), "")


def test_the_patch_of_a_copy_is_of_the_copy(tmp_path: Path) -> None:
    # TensorFlow converts a function once where two files have the same.
    texts, changes = FILES["interleave with a function over several statements"]
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        (folder / "train.py").write_text(texts["train.py"])
        own = opened(folder)
        found = patch(own.chain, chosen(own, changes))
        assert found.not_done == ()
        assert [file.file for file in found.files] == [folder / "train.py"]


def opened(folder: Path) -> UserFunctionWorkload:
    """The function of the files in a folder, run under observation."""
    return open_function(UserFunction(folder / "train.py", "make_dataset"))


def chosen(own: UserFunctionWorkload, changes: Mapping[str, object]) -> Settings:
    """Settings from ``method.argument`` or, of the n-th of them, ``method.argument#n``."""
    values: dict[str, object] = {}
    for key, value in changes.items():
        name, _, number = key.partition("#")
        method, _, knob = name.partition(".")
        stages = [stage for stage in own.chain.stages if _method(stage) == method]
        values[stages[int(number or 1) - 1].id(knob)] = value
    return own.chain.defaults().with_values(values)


def shape(own: UserFunctionWorkload, settings: Settings) -> list[tuple[str, dict[str, object]]]:
    """The stages that are on, each with the values of its knobs, in the order of the data.

    What is nested stands behind all others, and what a strategy does to the end is left out.
    """
    outer: list[Stage] = []
    nested: list[Stage] = []
    for stage in settings.stages_in_order():
        if isinstance(stage, Recorded) and not distributes(stage.call):
            (nested if stage.call.inside else outer).append(stage)
        elif isinstance(stage, (AddedCache, AddedPrefetch)):
            outer.append(stage)
    return [
        (_method(one).removeprefix("+"), _values(one, settings))
        for one in (*outer, *nested)
        if one.is_on(settings)
    ]


def _values(stage: Stage, settings: Settings) -> dict[str, object]:
    """Values of its arguments; where it may stand is no argument."""
    values = {knob.name: settings[stage.id(knob.name)] for knob in stage.knobs}
    if isinstance(stage, Recorded):
        values |= stage.changed(settings)
    return {name: value for name, value in values.items() if name != POSITION}


def _method(stage: Stage) -> str:
    if isinstance(stage, Recorded):
        return stage.call.method
    return f"+{stage.kind}" if isinstance(stage, (AddedCache, AddedPrefetch)) else stage.kind


def elements(own: UserFunctionWorkload, settings: Settings) -> list[Any]:
    """All that one epoch delivers."""
    import tensorflow as tf

    folder = own.function.file.parent
    dataset = own.build(settings, SourceData(folder, folder))
    return [
        [part.numpy().tolist() for part in tf.nest.flatten(element)] for element in dataset.take(50)
    ]
