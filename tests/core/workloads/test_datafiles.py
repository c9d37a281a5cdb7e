from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.model.errors import Cancelled, ExplorerError
from core.workloads.datafiles import MANIFEST, Make, Recipe, Tick, ensure
from tests.core.workloads.conftest import quiet


class Kitchen:
    """Recipes for three small files, and a record of which were made."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def recipe(
        self, version: int = 1, size: int = 4, also: Callable[[str], None] = lambda name: None
    ) -> Recipe:
        def maker(name: str) -> Make:
            def make(path: Path, tick: Tick) -> None:
                tick(0.0)
                path.write_bytes(name.encode() * size * version)
                tick(0.5)
                self.made.append(name)
                also(name)

            return make

        files = {name: maker(name) for name in ("a.bin", "b.bin", "c.bin")}
        return Recipe("test data", version, {"size": size}, files, size_mb=1)


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mine"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_files_are_made_once_with_nothing_left_beside_them(kitchen: Kitchen, folder: Path) -> None:
    for _ in range(2):
        ensure(kitchen.recipe(), folder, quiet)
    assert kitchen.made == ["a.bin", "b.bin", "c.bin"]
    assert set(contents(folder)) == {"a.bin", "b.bin", "c.bin", MANIFEST}
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("damage", [b"a.bina.bin", b"a.bina.bina.bina.biX", b"", None])
def test_only_a_damaged_or_missing_file_is_replaced(
    kitchen: Kitchen, folder: Path, damage: bytes | None
) -> None:
    ensure(kitchen.recipe(), folder, quiet)
    before = contents(folder)
    (folder / "a.bin").unlink()
    if damage is not None:
        (folder / "a.bin").write_bytes(damage)
    kitchen.made.clear()
    ensure(kitchen.recipe(), folder, quiet)
    assert kitchen.made == ["a.bin"]
    assert contents(folder) == before


@pytest.mark.parametrize(
    "manifest",
    [b"", b"{", b"\xff\xfe", b"[]", b"7", b'{"recipe": {}}', b'{"sha256": []}', None],
)
def test_files_without_a_sound_manifest_are_made_again(
    kitchen: Kitchen, folder: Path, manifest: bytes | None
) -> None:
    ensure(kitchen.recipe(), folder, quiet)
    before = contents(folder)
    (folder / MANIFEST).unlink()
    if manifest is not None:
        (folder / MANIFEST).write_bytes(manifest)
    ensure(kitchen.recipe(), folder, quiet)
    assert len(kitchen.made) == 6
    assert contents(folder) == before


def test_a_manifest_whose_checksums_are_no_mapping_is_not_believed(
    kitchen: Kitchen, folder: Path
) -> None:
    ensure(kitchen.recipe(), folder, quiet)
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"sha256": ["a.bin"]}))
    ensure(kitchen.recipe(), folder, quiet)
    assert len(kitchen.made) == 6


@pytest.mark.parametrize("change", [{"version": 2}, {"size": 5}])
def test_another_version_or_other_parameters_are_made_anew(
    kitchen: Kitchen, folder: Path, change: dict[str, int]
) -> None:
    ensure(kitchen.recipe(), folder, quiet)
    ensure(kitchen.recipe(**change), folder, quiet)  # type: ignore[arg-type]
    assert len(kitchen.made) == 6
    ensure(kitchen.recipe(**change), folder, quiet)  # type: ignore[arg-type]
    assert len(kitchen.made) == 6


def test_files_of_other_people_stay(kitchen: Kitchen, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    ensure(kitchen.recipe(), folder, quiet)
    ensure(kitchen.recipe(version=2), folder, quiet)
    assert (folder / "notes.txt").read_text() == "mine"


def test_progress_runs_from_nothing_to_all(kitchen: Kitchen, folder: Path) -> None:
    seen: list[float] = []
    ensure(kitchen.recipe(), folder, lambda fraction, text: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == 1


@pytest.mark.parametrize("after", range(10))
@pytest.mark.parametrize("version_there", [None, 1, 2])
def test_a_stop_leaves_what_was_there_and_nothing_half_made(
    kitchen: Kitchen, folder: Path, after: int, version_there: int | None
) -> None:
    if version_there is not None:
        ensure(kitchen.recipe(version=version_there), folder, quiet)
    before = contents(folder) if folder.exists() else None
    calls = 0

    def report(fraction: float, text: str) -> None:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Cancelled

    try:
        ensure(kitchen.recipe(version=2), folder, report)
    except Cancelled:
        assert (contents(folder) if folder.exists() else None) == before
    left = {path.name for path in folder.parent.iterdir()} if folder.parent.exists() else set()
    assert left <= {folder.name}


def test_an_error_while_making_leaves_nothing_half_made(kitchen: Kitchen, folder: Path) -> None:
    def break_at_b(name: str) -> None:
        if name == "b.bin":
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        ensure(kitchen.recipe(also=break_at_b), folder, quiet)
    assert list(folder.parent.iterdir()) == []


def test_a_full_disk_is_said_in_plain_words(kitchen: Kitchen, folder: Path) -> None:
    def full(name: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(ExplorerError) as caught:
        ensure(kitchen.recipe(also=full), folder, quiet)
    assert os.strerror(errno.ENOSPC) in caught.value.what
    assert str(folder) in caught.value.what
    assert "1 MB" in caught.value.expected
    assert caught.value.remedy
    assert list(folder.parent.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said_in_plain_words(
    kitchen: Kitchen, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ExplorerError, match="Could not make the data of test data"):
        ensure(kitchen.recipe(), tmp_path / "file" / "mine", quiet)


def test_a_folder_where_a_file_should_be_is_said_in_plain_words(
    kitchen: Kitchen, folder: Path
) -> None:
    (folder / "a.bin").mkdir(parents=True)
    with pytest.raises(ExplorerError):
        ensure(kitchen.recipe(), folder, quiet)


def test_remains_of_a_killed_process_are_removed_once_they_are_old(
    kitchen: Kitchen, folder: Path
) -> None:
    old, young = (folder.parent / f".mine.making-{name}" for name in ("old", "young"))
    for leftover in (old, young):
        leftover.mkdir(parents=True)
    os.utime(old, (1, 1))
    ensure(kitchen.recipe(), folder, quiet)
    assert not old.exists()
    assert young.exists()


def test_two_that_make_the_same_at_once_both_end_with_sound_files(folder: Path) -> None:
    both = threading.Barrier(2, timeout=30)
    kitchens = [Kitchen(), Kitchen()]
    failures: list[BaseException] = []

    def wait(name: str) -> None:
        both.wait()

    def cook(kitchen: Kitchen) -> None:
        try:
            ensure(kitchen.recipe(also=wait), folder, quiet)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=cook, args=(kitchen,)) for kitchen in kitchens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(len(kitchen.made) == 3 for kitchen in kitchens)
    late = Kitchen()
    ensure(late.recipe(), folder, quiet)
    assert late.made == []
    assert list(folder.parent.iterdir()) == [folder]


def test_files_that_another_made_meanwhile_are_not_touched(kitchen: Kitchen, folder: Path) -> None:
    other = Kitchen()
    stamps: dict[str, int] = {}

    def let_the_other_finish(name: str) -> None:
        if name == "c.bin":
            ensure(other.recipe(), folder, quiet)
            stamps.update({path.name: path.stat().st_ino for path in folder.glob("*.bin")})

    ensure(kitchen.recipe(also=let_the_other_finish), folder, quiet)
    assert {path.name: path.stat().st_ino for path in folder.glob("*.bin")} == stamps
