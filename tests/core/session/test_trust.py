"""What was agreed to on this machine, and a file of it that is damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.session.trust import Trust

STAMP = "0123456789abcdef" * 4
FILE = Path("/x.py")


def test_what_was_agreed_to_is_known_at_the_next_start(tmp_path: Path) -> None:
    Trust(tmp_path).agree(STAMP, Path("/x/Übung 1.py"))
    again = Trust(tmp_path)
    assert again.trusts(STAMP, Path("/x/other name.py"))
    assert again.notice == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b'{"0123": "/x.py"',
        b"[]",
        b"[" * 100_000,
        json.dumps({STAMP: ["/x.py"]}).encode(),
        json.dumps({STAMP: "/x.py", "everything": "trusted"}).encode(),
    ],
)
def test_a_damaged_file_agrees_to_nothing_and_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "trusted.json"
    file.write_bytes(content)
    trust = Trust(tmp_path)
    assert not trust.trusts(STAMP, FILE)
    (kept,) = tmp_path.glob("trusted.json.damaged-*")
    assert kept.read_bytes() == content
    assert str(file) in trust.notice
    assert kept.name in trust.notice
    assert "you are asked again" in trust.notice
    trust.agree(STAMP, Path("/x.py"))
    assert Trust(tmp_path).trusts(STAMP, FILE)


def test_a_place_that_cannot_be_written_holds_until_the_end(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    trust = Trust(tmp_path / "file")
    trust.agree(STAMP, Path("/x.py"))
    assert trust.trusts(STAMP, FILE)


def test_it_holds_for_the_machine_that_it_was_agreed_to_on(tmp_path: Path) -> None:
    Trust(tmp_path).agree(STAMP, FILE, "gpu1")
    trust = Trust(tmp_path)
    assert trust.trusts(STAMP, FILE, "gpu1")
    assert not trust.trusts(STAMP, FILE)
    assert not trust.trusts(STAMP, FILE, "gpu2")
    trust.agree(STAMP, FILE)
    assert trust.trusts(STAMP, FILE)
    assert trust.trusts(STAMP, FILE, "gpu1")


def test_the_same_content_in_another_folder_is_asked_about(tmp_path: Path) -> None:
    trust = Trust(tmp_path)
    trust.agree(STAMP, Path("/mine/train.py"))
    # Beside it lies what it imports.
    assert not trust.trusts(STAMP, Path("/theirs/train.py"))
    assert not trust.trusts(STAMP, Path("/mine/../theirs/train.py"))
    trust.agree(STAMP, Path("/copy/train.py"))
    again = Trust(tmp_path)
    assert again.trusts(STAMP, Path("/mine/train.py"))
    assert again.trusts(STAMP, Path("/copy/train.py"))
    assert not again.trusts(STAMP, Path("/theirs/train.py"))
