"""Parts that all charts are drawn from: texts, axes, marks, keys and the figure around them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.export.report.markup import Child, Markup, element
from core.export.report.scales import Scale, tick_text

WIDTH = 460.0
"""Of every drawing, in its own units: about a pixel each, a little less on a phone."""

LETTER = 6.7
"""Roughly what a letter of a label takes."""

SHAPES = ("circle", "square", "diamond", "up", "down", "cross", "plus", "bar")
SERIES = len(SHAPES)
"""As many colours as shapes; behind them both come again."""


def text(
    x: float, y: float, words: str, *, anchor: str = "start", class_: str = "", room: float = 0.0
) -> Markup:
    """A line of text; with ``room`` it is cut to that width and shows all of it on a hover."""
    shown = cut(words, room) if room else words
    full = element("title", words) if shown != words else None
    align = None if anchor == "start" else anchor
    return element("text", shown, full, x=x, y=y, text_anchor=align, class_=class_ or None)


def cut(words: str, room: float) -> str:
    """As much of a text as has room, with an ellipsis where some of it is missing."""
    letters = room / LETTER
    if sum(map(_wide, words)) <= letters:
        return words
    shown, used = "", 1.0
    for sign in words:
        used += _wide(sign)
        if used > letters:
            break
        shown += sign
    return shown.rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _wide(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    return 1.9 if unicodedata.east_asian_width(sign) in "WF" else 1.0


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def mark(
    shape: int, x: float, y: float, hover: str, *, size: float = 5, class_: str = ""
) -> Markup:
    """A mark.

    Args:
        shape: Index of its shape, from 0.
        x: Middle.
        y: Middle.
        hover: What it says under the pointer.
        size: From the middle to the edge.
        class_: Its colour; ``hollow``: outline only.
    """
    classes = f"mark {class_}".rstrip()
    title = element("title", hover) if hover else None
    name = SHAPES[shape % SERIES]
    if name == "circle":
        return element("circle", title, cx=x, cy=y, r=size, class_=classes)
    return element("path", title, d=_path(name, x, y, size), class_=classes)


def _path(shape: str, x: float, y: float, size: float) -> str:
    s, t = size * 0.9, size * 0.36
    points: Sequence[tuple[float, float]] = {
        "square": ((-s, -s), (s, -s), (s, s), (-s, s)),
        "diamond": ((0, -size * 1.25), (size * 1.25, 0), (0, size * 1.25), (-size * 1.25, 0)),
        "up": ((0, -size * 1.15), (size * 1.1, s), (-size * 1.1, s)),
        "down": ((0, size * 1.15), (size * 1.1, -s), (-size * 1.1, -s)),
        "bar": ((-size * 1.2, -t), (size * 1.2, -t), (size * 1.2, t), (-size * 1.2, t)),
        "plus": (
            (-t, -s), (t, -s), (t, -t), (s, -t), (s, t), (t, t),
            (t, s), (-t, s), (-t, t), (-s, t), (-s, -t), (-t, -t),
        ),
        "cross": (
            (-s, -s + t), (-s + t, -s), (0, -t), (s - t, -s), (s, -s + t), (t, 0),
            (s, s - t), (s - t, s), (0, t), (-s + t, s), (-s, s - t), (-t, 0),
        ),
    }[shape]  # fmt: skip
    return "M" + "L".join(f"{x + dx:.2f} {y + dy:.2f}" for dx, dy in points) + "Z"


def interval(at: float, ends: tuple[float, float], *, upright: bool, cap: float = 4) -> Markup:
    """An interval with ends, along one axis at a place of the other."""
    low, high = ends
    strokes = [(at, low, at, high)]
    if cap:
        strokes += [(at - cap, end, at + cap, end) for end in ends]
    if not upright:
        strokes = [(y1, x1, y2, x2) for x1, y1, x2, y2 in strokes]
    return element("g", [line(*stroke, class_="interval") for stroke in strokes])


def struck(x: float, y: float, hover: str, size: float = 4.5) -> Markup:
    """The mark of a run that does not count."""
    d = f"M{x - size:.2f} {y - size:.2f}l{2 * size} {2 * size}m0 {-2 * size}l{-2 * size} {2 * size}"
    return element("path", element("title", hover), d=d, class_="struck")


def left_axis(scale: Scale, x: float, right: float, label: str) -> Markup:
    """Ticks with lines across the drawing, and what they measure above them."""
    return element(
        "g",
        [
            (
                line(x, scale.at(tick), right, scale.at(tick), "grid"),
                text(x - 6, scale.at(tick) + 4, tick_text(tick), anchor="end", class_="tick"),
            )
            for tick in scale.ticks
        ],
        text(0, min(scale.start, scale.stop) - 14, label, class_="axis"),
    )


def bottom_axis(scale: Scale, y: float, top: float, label: str) -> Markup:
    """Ticks with lines up the drawing, and what they measure below them."""
    return element(
        "g",
        [
            (
                line(scale.at(tick), y, scale.at(tick), top, "grid"),
                text(scale.at(tick), y + 15, tick_text(tick), anchor="middle", class_="tick"),
            )
            for tick in scale.ticks
        ],
        text((scale.start + scale.stop) / 2, y + 33, label, anchor="middle", class_="axis"),
    )


@dataclass(frozen=True)
class DrawnKey:
    """A line of the key: a small drawing of 20 x 14 and what it stands for."""

    drawing: Markup
    words: str


def figure(
    name: str,
    title: str,
    description: str,
    height: float,
    *drawn: Child,
    keys: Sequence[DrawnKey] = (),
    caption: Sequence[str] = (),
) -> Markup:
    """A chart: headline, drawing, key and what has to be said of its figures.

    Args:
        name: Unique on the page; ids follow from it.
        title: The headline.
        description: What the drawing shows, for those who cannot see it.
        height: Of the drawing; its width is ``WIDTH``.
        drawn: The parts.
        keys: What marks and colours stand for.
        caption: Sentences below it.
    """
    return element(
        "figure",
        element("h3", title),
        element(
            "svg",
            element("title", title, id=f"{name}-title"),
            element("desc", description, id=f"{name}-desc"),
            *drawn,
            viewBox=f"0 0 {WIDTH:g} {height:g}",
            role="img",
            aria_labelledby=f"{name}-title {name}-desc",
        ),
        element("p", [_key(drawn_key) for drawn_key in keys], class_="keys") if keys else None,
        element("figcaption", [element("p", line) for line in caption if line]),
        id=name,
    )


def _key(key: DrawnKey) -> Markup:
    small = element("svg", key.drawing, viewBox="0 0 20 14", aria_hidden="true")
    return element("span", small, " ", key.words)
