"""HTML and SVG as text in which nothing that a person typed can become markup.

Children that are plain text are always escaped; only what these functions made goes through as
it is. There is no other way in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069]"
)
"""Control characters, halves of surrogate pairs, what Unicode calls no character, and what turns
the direction of writing round: a name with one of those could make a sentence read as another."""

_WITHOUT_END = frozenset({"meta", "br", "col"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | None | Iterable["Child"]
Attribute = str | float | bool | None


def safe(text: str) -> Markup:
    """A text as HTML shows it: escaped, without signs that do not show or mislead."""
    return Markup(escape(_NOT_SHOWN.sub("\N{REPLACEMENT CHARACTER}", text), quote=True))


def joined(*children: Child) -> Markup:
    """Children one behind the other; None and empty ones leave nothing."""
    return Markup("".join(_flat(children)))


def element(tag: str, *children: Child, **attributes: Attribute) -> Markup:
    """An element.

    Args:
        tag: Its name.
        children: Markup, texts (which are escaped), None, or several of them.
        attributes: ``class_`` stands for ``class``, ``stroke_width`` for ``stroke-width``; True
            for one without a value; None and False leave it out.
    """
    written = "".join(
        f" {_name(name)}" if value is True else f' {_name(name)}="{_value(value)}"'
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    if tag in _WITHOUT_END:
        return Markup(f"<{tag}{written}>")
    return Markup(f"<{tag}{written}>{joined(*children)}</{tag}>")


def typed(text: str) -> Markup:
    """What a person typed: its direction of writing stays its own."""
    return element("bdi", text)


def _flat(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            yield child if isinstance(child, Markup) else safe(child)
        else:
            yield from _flat(child)


def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-") if name != "viewBox" else name


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return safe(value)
    # Pixels: two decimals are more than a screen shows.
    return f"{value:.2f}".rstrip("0").rstrip(".")
