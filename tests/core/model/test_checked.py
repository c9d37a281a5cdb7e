"""Plain values from outside are of the right type and of a possible size, or they are none."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from core.model import checked
from core.model.plain_json import MOST_JSON_BYTES, parsed
from core.model.plain_text import one_line, shortened, visible
from core.model.recorded_call import FunctionSeen


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (checked.text, 5),
        (checked.text, "x" * (checked.MOST_CHARACTERS + 1)),
        (checked.whole, True),
        (checked.whole, 10**400),
        (checked.whole, 0.5),
        (checked.whole, "1"),
        (checked.number, False),
        (checked.number, math.nan),
        (checked.number, math.inf),
        (checked.number, 10**400),
        (checked.number, "1"),
        (checked.flag, 1),
        (checked.items, "text"),
        (checked.items, [0] * (checked.MOST_ITEMS + 1)),
        (checked.value, None),
        (checked.value, []),
        (checked.value, 2**63),
    ],
)
def test_what_cannot_be_is_a_value_error(check: Callable[[object], object], bad: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        check(bad)


def test_what_can_be_stays_what_it_is() -> None:
    assert checked.whole(3.0) == 3
    assert checked.number(2) == 2.0


def test_half_a_pair_which_nothing_could_write_becomes_a_sign_that_can_be() -> None:
    checked.text("a\ud83d").encode()


def test_a_dataclass_takes_what_it_declares_and_leaves_out_what_is_newer() -> None:
    assert checked.made(FunctionSeen, {"name": "a", "newer": 1}) == FunctionSeen("a")
    with pytest.raises(ValueError, match="lacks"):
        checked.made(FunctionSeen, {"line": 1})
    with pytest.raises(ValueError, match="text was expected"):
        checked.made(FunctionSeen, {"name": ["a"]})


def test_json_that_is_too_deep_too_long_or_none_is_a_value_error() -> None:
    for text in ("[" * 100_000, b"\xff", "", "9" * 5000, " " * (MOST_JSON_BYTES + 1)):
        with pytest.raises(ValueError, match=r"."):
            parsed(text)


def test_a_long_text_says_how_much_of_it_is_left_out() -> None:
    found = shortened("a" * 50 + "b" * 50, 20)
    assert found.startswith("a" * 10)
    assert found.endswith("b" * 10)
    assert "80 characters are left out" in found
    assert shortened("short", 20) == "short"


def test_what_acts_on_a_terminal_becomes_visible() -> None:
    assert visible("a\x1b[2Jb\nc\td") == "a\ufffd[2Jb\nc\td"
    assert one_line(" a\n\nb\x00 ") == "a b\ufffd"
    assert one_line("x" * 5000, 10) == "x" * 9 + "\N{HORIZONTAL ELLIPSIS}"
