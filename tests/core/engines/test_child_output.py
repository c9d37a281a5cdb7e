"""What isolated runs print is passed on, and what each says at its start only once."""

from __future__ import annotations

import pytest

from core.engines.child_output import ChildOutput

FIRST = "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
LOGGED = "I0000 00:00:1795544485.{} {} port.cc:153] oneDNN custom operations are on.\n"


class Written:
    def __init__(self) -> None:
        self.text = ""

    def __call__(self, text: str) -> None:
        self.text += text


@pytest.fixture
def written() -> Written:
    return Written()


def test_what_tensorflow_says_at_every_start_is_passed_on_once(written: Written) -> None:
    child_output = ChildOutput(written)
    first = FIRST + LOGGED.format(274244, 26768)
    child_output.listener()(first)
    child_output.listener()(FIRST + LOGGED.format(999999, 30001))
    assert written.text == first


def test_what_the_code_prints_is_passed_on_each_time(written: Written) -> None:
    child_output = ChildOutput(written)
    for _ in range(2):
        child_output.listener()("epoch 1\nI am here\n")
    assert written.text == "epoch 1\nI am here\n" * 2


@pytest.mark.parametrize("size", [1, 2, 7, 30])
def test_it_does_not_matter_in_which_pieces_it_comes(written: Written, size: int) -> None:
    child_output = ChildOutput(written)
    text = FIRST + "a bar: 10 %\r20 %\n" + LOGGED.format(1, 2) + "Working\nFast\n"
    child_output.listener()(text)
    once = written.text
    take = child_output.listener()
    for at in range(0, len(text), size):
        take(text[at : at + size])
    assert once == text
    assert written.text == once + "a bar: 10 %\r20 %\nWorking\nFast\n"


def test_the_beginning_of_a_line_is_not_held_back(written: Written) -> None:
    take = ChildOutput(written).listener()
    take("loading [##")
    assert written.text == "loading [##"


def test_the_stacks_of_a_crash_are_left_to_the_details(written: Written) -> None:
    take = ChildOutput(written).listener()
    take("said\nFatal Python error: Segmentation fault\n\nCurrent thread 0x0:\n  File ...\n")
    take("  File ...\n")
    assert written.text == "said\n"
