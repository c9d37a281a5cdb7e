"""Files keep their bytes but for the change; diffs are such that tools apply them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from core.export.patch import Patch, patch
from core.model.chain import Chain
from core.model.recorded_call import RecordedCall
from tests.core.export.patch.reading import calls_of, chain_of, chain_with

CHANGES = {"map.num_parallel_calls": 4, "prefetch[added].buffer_size": 2}


def made(file: Path, raw: bytes, text: str) -> Patch:
    """The patch of a file that holds some bytes, which are a text to Python."""
    file.write_bytes(raw)
    chain = chain_of(text, file)
    return patch(chain, chain.defaults().with_values(CHANGES))


def apply(found: Patch) -> None:
    """Apply a patch as a person would."""
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        input=found.diff_bytes,
        cwd=found.folder,
        check=True,
        env={"GIT_CEILING_DIRECTORIES": str(found.folder.parent), "PATH": "/usr/bin:/bin"},
    )


BODY = "# Größe\nds = ds.map(parse)\nx = 1\n"
FILES = {
    "UTF-8": (BODY.encode(), BODY),
    "Windows line ends": (BODY.replace("\n", "\r\n").encode(), BODY),
    "a byte order mark": (b"\xef\xbb\xbf" + BODY.encode(), BODY),
    "a byte order mark before the call": (
        b"\xef\xbb\xbfds = ds.map(parse)\n",
        "ds = ds.map(parse)\n",
    ),
    "another encoding": (
        f"# coding: latin-1\n{BODY}".encode("latin-1"),
        f"# coding: latin-1\n{BODY}",
    ),
    "no newline at the end": (b"x = 1\nds = ds.map(parse)", "x = 1\nds = ds.map(parse)"),
    "form feeds and other separators of lines in strings": (
        "x = '\x0c\x1c\u2028\x85'\n\x0c\nds = ds.map(parse)\n".encode(),
        "x = '\x0c\x1c\u2028\x85'\n\x0c\nds = ds.map(parse)\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_only_the_bytes_of_the_change_differ(name: str, tmp_path: Path) -> None:
    file = tmp_path / "data.py"
    raw, text = FILES[name]
    found = made(file, raw, text)
    apply(found)
    assert file.read_bytes() == raw.replace(
        b"ds.map(parse)", b"ds.map(parse, num_parallel_calls=4).prefetch(2)"
    )
    (one,) = found.files
    assert one.new_bytes == file.read_bytes()
    assert one.old_bytes == raw
    assert found.not_done == ()


def test_a_file_that_would_not_stay_as_it_is_elsewhere_is_left_alone(tmp_path: Path) -> None:
    text = "x = 1\rds = ds.map(parse)\r"
    found = made(tmp_path / "data.py", text.encode(), text)
    assert found.files == ()
    assert "line ends or form feeds that would not stay as they are" in found.not_done[0]


def test_lines_that_are_put_in_end_as_the_others_do(tmp_path: Path) -> None:
    text = "ds = (\n    ds\n    .map(\n        parse,\n    )\n)\n"
    found = made(tmp_path / "data.py", text.replace("\n", "\r\n").encode(), text)
    new = found.files[0].new
    assert new.count("\r\n") == new.count("\n") == 8
    assert "        num_parallel_calls=4,\r\n    )\r\n    .prefetch(2)\r\n)" in new


def test_the_diff_of_a_small_change_reads_like_one(tmp_path: Path) -> None:
    found = made(tmp_path / "data.py", b"ds = ds.map(parse)", "ds = ds.map(parse)")
    assert found.diff == (
        "--- a/data.py\n"
        "+++ b/data.py\n"
        "@@ -1 +1 @@\n"
        "-ds = ds.map(parse)\n"
        "\\ No newline at end of file\n"
        "+ds = ds.map(parse, num_parallel_calls=4).prefetch(2)\n"
        "\\ No newline at end of file\n"
    )


def test_several_files_are_named_from_the_folder_that_they_share(tmp_path: Path) -> None:
    chain, files = two_files(tmp_path)
    found = patch(chain, chain.defaults().with_values(CHANGES))
    assert found.folder == tmp_path
    assert [file.name for file in found.files] == ["my data/read.py", "train.py"]
    assert "--- a/my data/read.py\t\n" in found.diff
    apply(found)
    assert files[0].read_text() == "ds = ds.map(parse, num_parallel_calls=4)\n"
    assert files[1].read_text() == "ds = ds.batch(2).prefetch(2)\n"


def test_names_start_at_the_folder_that_was_asked_for(tmp_path: Path) -> None:
    chain, _ = two_files(tmp_path)
    settings = chain.defaults().with_values({"map.num_parallel_calls": 4})
    assert patch(chain, settings).files[0].name == "read.py"
    assert patch(chain, settings, folder=tmp_path).files[0].name == "my data/read.py"


def two_files(folder: Path) -> tuple[Chain, tuple[Path, Path]]:
    """A chain whose calls stand in two files."""
    files = folder / "my data" / "read.py", folder / "train.py"
    files[0].parent.mkdir()
    texts = "ds = ds.map(parse)\n", "ds = ds.batch(2)\n"
    calls: list[RecordedCall] = []
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
        calls += calls_of(text, file)
    return chain_with(*calls), files


def test_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "data.py"
    found = made(file, BODY.encode(), BODY)
    assert found.files
    assert file.read_bytes() == BODY.encode()
    assert list(tmp_path.iterdir()) == [file]
