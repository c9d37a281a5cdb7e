"""Texts that anyone may have written are made short and harmless."""

from __future__ import annotations

from core.text.plain_text import one_line, shortened, visible


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
