"""The command that checks the files of a run names files if they are few, else folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.faults.suspects import Suspects

COMMAND = "python main.py doctor --check-files"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ((), "FILE..."),
        (("/data/a b.npz",), "'/data/a b.npz'"),
        (("/data/it's.npz",), """'/data/it'"'"'s.npz'"""),
        (("/data/1", "/data/2", "/more/3"), "'/data/1' '/data/2' '/more/3'"),
        (tuple(f"/data/train/{number}.jpg" for number in range(9)), "'/data/train'"),
        (tuple(f"/data/train/class {number}/1.jpg" for number in range(9)), "'/data/train'"),
        (
            tuple(f"/{disk}/{number}/1.jpg" for disk in ("a", "b") for number in range(9)),
            "'/a' '/b'",
        ),
    ],
)
def test_the_command_can_be_copied_and_names_at_most_three_places(
    files: tuple[str, ...], words: str
) -> None:
    suspects = Suspects(tuple(Path(file) for file in files), None)
    assert suspects.command() == f"{COMMAND} {words}"
    assert f"Which file it is: `{COMMAND} {words}`." in suspects.remedy()


def test_what_the_program_made_itself_is_made_anew_by_the_next_run() -> None:
    suspects = Suspects((Path("/data/jpeg_tfrecord/1"),), None, are_generated=True)
    assert suspects.remedy().startswith("Run again: ")
    assert "made anew" in suspects.remedy()
