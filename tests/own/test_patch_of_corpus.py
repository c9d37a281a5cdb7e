"""Whatever can be changed in the pipelines of the corpus is changed, and the patch does that."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from core.export.patch import Patch, patch
from core.model.kinds import AUTOTUNE, DEFAULT, OFF
from core.model.settings import Settings
from core.pipeline.recorded import AddedCache, AddedPrefetch, Recorded
from core.workloads.own_code import OwnCode, open_function
from core.workloads.own_file import OwnFunction
from tests.own.test_patch_round_trip import shape

pytestmark = pytest.mark.e2e

FOLDER = Path(__file__).parent / "pipelines"
NAMES = sorted(file.stem for file in FOLDER.glob("*.py") if "def make_dataset" in file.read_text())
REASONS = (
    "stands in an installed package",
    "is not called by its name there",
    "no call of TFRecordDataset is found there",
)
"""Why some of them cannot be edited."""


@pytest.mark.parametrize("name", NAMES)
def test_the_patched_file_has_the_chosen_chain(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "pipelines"
    shutil.copytree(FOLDER, folder)
    of = OwnFunction(folder / f"{name}.py", "make_dataset")
    own = open_function(of)
    assert patch(own.chain, own.chain.defaults()).is_empty
    settings = flipped(own)
    found = made(own, settings)
    settings = without(settings, found.not_done)
    found = made(own, settings)
    assert found.not_done == ()
    for one in found.files:
        assert folder in one.file.parents
        one.file.write_bytes(one.new_bytes)
    again = open_function(of)
    assert shape(again, again.chain.defaults()) == shape(own, settings)


def made(own: OwnCode, settings: Settings) -> Patch:
    return patch(own.chain, settings, pair=own.opened.validation)


def flipped(own: OwnCode) -> Settings:
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
