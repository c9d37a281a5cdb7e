from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.file_checks.image import quick_fault
from core.lazy import tf
from core.model.errors import Cancelled, InputError
from core.workloads import image_folder
from core.workloads.image_files import files_by_class, list_images
from core.workloads.image_folder import ImageFolder
from tests.core.workloads.conftest import Bench, quiet, save_image

Save = Callable[[str], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Save a real image below a folder of images."""

    def go(name: str) -> Path:
        path = tmp_path / "images" / name
        save_image(path, 30)
        return path

    return go


def prepare(folder: Path | str, report: Callable[[float, str], None] = quiet) -> None:
    one = ImageFolder()
    settings = one.chain.defaults().with_values({"source.folder": str(folder)})
    data = one.source_data(Path("/nowhere"), settings, Path("/nowhere"))
    one.prepare(data, settings, report)


def refusal(folder: Path | str) -> InputError:
    with pytest.raises(InputError) as caught:
        prepare(folder)
    assert caught.value.expected
    assert caught.value.remedy
    return caught.value


def test_no_folder_chosen_says_how_to_choose_one() -> None:
    assert "--set source.folder=DIR" in refusal("").remedy


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "gone") in refusal(tmp_path / "gone").what


def test_a_file_is_no_folder(save: Save) -> None:
    path = save("cats/1.jpg")
    assert refusal(path).what == f"{path} is a file"


def test_a_folder_that_may_not_be_read_is_named(
    save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("dogs/1.jpg")
    closed = str(save("cats/1.jpg").parent)
    really = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != closed and really(path, mode))
    assert closed in refusal(Path(closed).parent).what


def test_images_without_class_folders_say_how_to_sort_them(save: Save) -> None:
    path = save("1.jpg")
    error = refusal(path.parent)
    assert "no sub-folders" in error.what
    assert "one sub-folder for each class" in error.remedy


def test_class_folders_without_images_are_refused(tmp_path: Path) -> None:
    for name in ("cats", "dogs"):
        (tmp_path / name).mkdir()
    (tmp_path / "cats" / "1.gif").write_bytes(b"GIF89a")
    assert "no images in the 2 sub-folders" in refusal(tmp_path).what


def test_a_single_class_is_refused_by_name(save: Save) -> None:
    path = save("cats/1.jpg")
    (path.parents[1] / "empty").mkdir()
    error = refusal(path.parents[1])
    assert error.what.endswith("has images: cats")
    assert "two classes" in error.expected


def test_sound_images_pass_whatever_their_names(save: Save) -> None:
    names = ("cats/a.jpg", "cats/B.JPEG", "Mäuse/ネズミ.png", "dogs/deeper/still/c.PNG")
    folder = save("cats/first.jpg").parents[1]
    for name in names:
        save(name)
    prepare(folder)
    long = "/".join(["a folder with a long name " * 4] * 3)
    path = save(f"cats/{long}/x.jpg")
    assert len(str(path)) > 300
    prepare(folder)


def test_hidden_files_and_those_of_file_managers_do_not_count(save: Save) -> None:
    folder = save("cats/1.jpg").parents[1]
    save("dogs/1.jpg")
    for name in ("cats/.DS_Store", "cats/Thumbs.db", "cats/._1.jpg", "dogs/desktop.ini"):
        (folder / name).write_bytes(b"x")
    (folder / ".thumbnails").mkdir()
    (folder / ".thumbnails" / "1.jpg").write_bytes(b"x")
    (folder / "README.txt").write_text("beside the class folders")
    prepare(folder)
    assert [len(paths) for paths in files_by_class(str(folder)).values()] == [1, 1]


def test_the_first_five_bad_files_are_named_and_the_others_counted(save: Save) -> None:
    folder = save("cats/1.jpg").parents[1]
    save("dogs/1.jpg")
    for number in range(8):
        (folder / "dogs" / f"bad {number}.png").write_bytes(b"")
    what = refusal(folder).what
    assert "8 of 10 files" in what
    assert [f"bad {number}" in what for number in range(8)] == [True] * 5 + [False] * 3
    assert what.endswith("and 3 more")
    assert os.path.join("dogs", "bad 0.png") + " (empty)" in what


@pytest.mark.parametrize(
    ("name", "change", "wrong"),
    [
        ("a.jpg", lambda content: b"", "empty"),
        ("a.jpg", lambda content: b"\x00", "neither JPEG nor PNG"),
        ("a.jpg", lambda content: b"<html>not found</html>", "neither JPEG nor PNG"),
        ("a.png", lambda content: b"GIF89a" + content, "neither JPEG nor PNG"),
        ("a.jpg", lambda content: content[:-40], "cut off"),
        ("a.jpg", lambda content: content[:4], "cut off"),
        ("a.png", lambda content: content[:-1], "cut off"),
        ("a.png", lambda content: content[: len(content) // 2], "cut off"),
        ("a.txt", lambda content: content, r"not a \.jpg"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_few_words(
    tmp_path: Path, name: str, change: Callable[[bytes], bytes], wrong: str
) -> None:
    path = tmp_path / name
    path.write_bytes(change(save_image(path, 30)))
    assert re.match(wrong, quick_fault(str(path)))


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
@pytest.mark.parametrize("appended", [b"", b"\0\0\0", b"\r\n", b"something of the camera" * 100])
def test_whole_images_pass_even_with_something_behind_them(
    tmp_path: Path, name: str, appended: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(save_image(path, 30) + appended)
    assert quick_fault(str(path)) == ""


def test_a_preview_in_the_header_does_not_hide_that_the_image_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    content = save_image(path, 30)
    preview = b"\xff\xe1" + (2 + len(content)).to_bytes(2, "big") + content
    whole = content[:2] + preview + content[2:]
    path.write_bytes(whole + b"tail")
    assert quick_fault(str(path)) == ""
    path.write_bytes(whole[:-30])
    assert quick_fault(str(path)).startswith("cut off")


def test_a_file_that_cannot_be_opened_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    assert quick_fault(str(tmp_path / "gone.jpg")).startswith("cannot be read")


def test_an_image_under_the_other_suffix_is_read_all_the_same(save: Save) -> None:
    path = save("cats/a.png")
    path.rename(path.with_suffix(".jpg"))
    assert quick_fault(str(path.with_suffix(".jpg"))) == ""
    image, _ = image_folder.load(tf.constant(str(path.with_suffix(".jpg"))), 0, size=16)
    assert image.shape == (16, 16, 3)


def test_checking_can_be_stopped(bench: Bench) -> None:
    def stop(fraction: float, text: str) -> None:
        if fraction > 0 or "checking" in text:
            raise Cancelled

    with pytest.raises(Cancelled):
        prepare(bench.images, stop)


def test_images_come_in_mixed_order_that_follows_from_the_seed(bench: Bench) -> None:
    paths, labels = list_images(str(bench.images), 1)
    assert list_images(str(bench.images), 1) == (paths, labels)
    others, _ = list_images(str(bench.images), 2)
    assert paths != others
    assert sorted(paths) == sorted(others)
    assert labels != sorted(labels)
    classes = sorted(path.name for path in bench.images.iterdir())
    for path, label in zip(paths, labels, strict=True):
        assert Path(os.fsdecode(path)).parent.name == classes[label]


def test_a_class_folder_without_images_is_no_class(save: Save) -> None:
    folder = save("b/1.jpg").parents[1]
    save("c/1.jpg")
    (folder / "a").mkdir()
    paths, labels = list_images(str(folder), 1)
    found = {
        Path(os.fsdecode(path)).parent.name: label
        for path, label in zip(paths, labels, strict=True)
    }
    assert found == {"b": 0, "c": 1}


def test_names_that_are_no_text_are_read_too(save: Save) -> None:
    path = save("cats/1.jpg")
    try:
        os.rename(os.fsencode(path), os.fsencode(path.parent) + b"/\xff\xfe.jpg")
    except OSError:
        pytest.skip("the file system takes only text as names")
    save("dogs/1.jpg")
    prepare(path.parents[1])
    paths, labels = list_images(str(path.parents[1]), 1)
    for image, _ in tf.data.Dataset.from_tensor_slices((paths, labels)).map(
        lambda path, label: image_folder.load(path, label, size=16)
    ):
        assert image.shape == (16, 16, 3)


@pytest.mark.parametrize("enabled", ["on", "off"])
def test_images_have_the_chosen_size_whoever_reads_them(bench: Bench, enabled: str) -> None:
    found = bench.elements("image_folder", f"map.enabled={enabled}", "map.image_size=24")
    assert len(found) == 18
    assert {image.shape for image, _ in found} == {(24, 24, 3)}
    assert all(0 <= image.min() <= image.max() <= 255 for image, _ in found)
    assert {image.dtype for image, _ in found} == {np.dtype(np.float32)}


def test_grey_and_see_through_images_become_three_colours(tmp_path: Path) -> None:
    for channels in (1, 2, 4):
        path = tmp_path / f"{channels}.png"
        path.write_bytes(tf.io.encode_png(np.full((5, 5, channels), 9, np.uint8)).numpy())
        image, _ = image_folder.load(tf.constant(str(path)), 0, size=16)
        assert image.shape == (16, 16, 3)


def test_the_model_has_as_many_classes_as_the_folder(bench: Bench) -> None:
    one = ImageFolder()
    settings = bench.settings("image_folder")
    assert one.model(settings, bench.data(settings, "image_folder")).keywords["classes"] == 3


def test_the_code_shows_before_a_folder_was_chosen(tmp_path: Path) -> None:
    one = ImageFolder()
    settings = one.chain.defaults()
    data = one.source_data(tmp_path, settings, tmp_path)
    assert not data.folder.exists()
    assert one.model(settings, data).keywords["classes"] == 2
    assert one.chain.stages[0].write(settings, data).lines
