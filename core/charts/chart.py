"""A chart as frozen values: axes, marks, keys and notes. It knows no painter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Texts = tuple[tuple[str, str], ...]
"""Names with their texts: ``(("mean", "612 examples/s"), ...)``."""
Row = tuple[str, ...]
"""A row of the table that holds the same numbers as the chart."""


class Tone(StrEnum):
    """What a colour means; each painter has its own palette for light and dark."""

    PALETTE = "palette"
    TEXT = "text"
    MUTED = "muted"
    ACCENT = "accent"
    CAUSE = "cause"
    RAMP = "ramp"


@dataclass(frozen=True)
class Colour:
    """A colour by its meaning.

    Attributes:
        tone: Which palette.
        index: Place in the palette of runs and series, or of the causes of idle.
        share: Place on the ramp from low (0) to high (1).
        faint: Nearer to the background.
    """

    tone: Tone
    index: int = 0
    share: float = 0.0
    faint: bool = False


TEXT, MUTED, ACCENT = Colour(Tone.TEXT), Colour(Tone.MUTED), Colour(Tone.ACCENT)


def series_colour(index: int, *, faint: bool = False) -> Colour:
    """The colour of a run or of a series, by its index."""
    return Colour(Tone.PALETTE, index, faint=faint)


class Size(StrEnum):
    """How large a dot is."""

    SMALL = "small"
    NORMAL = "normal"
    LARGE = "large"


@dataclass(frozen=True)
class Target:
    """What can be pointed at, and what it says.

    Attributes:
        x, y: Its place in the chart's coordinates.
        rows: What it says, each a name and a text; the first says what it is.
        run_ids: The runs that it stands for: a click selects them.
        key: What else it stands for, such as a knob's id; empty for nothing.
        note: A sentence below the rows.
        colour: The colour of the mark.
        stop: Whether the arrow keys stop at it.
    """

    x: float
    y: float
    rows: Texts
    run_ids: tuple[str, ...] = ()
    key: str = ""
    note: str = ""
    colour: Colour = TEXT
    stop: bool = True

    @property
    def words(self) -> str:
        """All that it says, in a line."""
        line = ", ".join(f"{name}: {text}" if text else name for name, text in self.rows)
        return f"{line}. {self.note}" if self.note else line


@dataclass(frozen=True)
class Dot:
    """A point.

    Attributes:
        x, y: Its place.
        colour: Its colour.
        shape: Index of its shape: with the colour, never the colour alone.
        size: How large it is.
        hollow: Only its outline.
        struck: A cross instead of its shape: it does not count.
        label: Its name, written beside it if there is room.
        target: What it says.
    """

    x: float
    y: float
    colour: Colour = TEXT
    shape: int = 0
    size: Size = Size.NORMAL
    hollow: bool = False
    struck: bool = False
    label: str = ""
    target: Target | None = None


@dataclass(frozen=True)
class ChartLine:
    """A line through points.

    Attributes:
        points: Its points; one without y is a gap.
        colour: Its colour.
        width: In pixels.
        dash: Index of its dashes; 0 is a solid line.
    """

    points: tuple[tuple[float, float | None], ...]
    colour: Colour = MUTED
    width: float = 1.0
    dash: int = 0


@dataclass(frozen=True)
class Interval:
    """An interval with its ends.

    Attributes:
        at: Its place on the other axis.
        low, high: Its ends.
        upright: It lies along the y axis.
        colour: Its colour.
        width: In pixels.
        caps: Its ends have short lines across.
    """

    at: float
    low: float
    high: float
    upright: bool = True
    colour: Colour = TEXT
    width: float = 2.0
    caps: bool = True


@dataclass(frozen=True)
class Bar:
    """A bar that lies along the x axis.

    Attributes:
        row: Its place on the y axis.
        start, end: Where it begins and ends.
        colour: Its colour.
        hatched: It is hatched: it may be noise.
        text: What stands behind its end.
        target: What it says.
    """

    row: float
    start: float
    end: float
    colour: Colour = ACCENT
    hatched: bool = False
    text: str = ""
    target: Target | None = None


@dataclass(frozen=True)
class HeatCell:
    """A cell of a heat map.

    Attributes:
        column, row: Indices from the left and from below.
        share: Place of its figure on the ramp, 0 to 1; None if it was not measured.
        text: The figure.
        best: It is the best.
        target: What it says.
    """

    column: int
    row: int
    share: float | None
    text: str
    best: bool = False
    target: Target | None = None


@dataclass(frozen=True)
class Band:
    """A shaded part of the x axis, with a line in it.

    Attributes:
        low, high: Its ends.
        line: Where the line stands.
    """

    low: float
    high: float
    line: float


Mark = Dot | ChartLine | Interval | Bar | HeatCell | Band


@dataclass(frozen=True)
class Tick:
    """A named place on an axis.

    Attributes:
        at: Its place.
        text: Its name.
        more: The name with what belongs to it in words, for painters with room for a line a row.
    """

    at: float
    text: str
    more: str = ""


@dataclass(frozen=True)
class Axis:
    """An axis.

    Attributes:
        label: What it measures, with the unit.
        low, high: The ends of what is shown.
        ticks: Named places; None for round numbers.
        logarithmic: Equal ratios are equally far apart.
    """

    label: str = ""
    low: float = 0.0
    high: float = 1.0
    ticks: tuple[Tick, ...] | None = None
    logarithmic: bool = False


@dataclass(frozen=True)
class ChartKey:
    """A line of the key.

    Attributes:
        text: What the mark stands for.
        mark: The mark, as it is drawn.
    """

    text: str
    mark: Mark


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes:
        name: Unique among the charts of a page.
        title: What it shows.
        description: The same numbers in words, for those who cannot see it.
        x, y: The axes.
        marks: What is drawn, in this order.
        keys: What marks and colours stand for; ``key_title`` says of what.
        key_title: What the keys are values of; may be empty.
        ramp: What the ramp of colours stands for, its low end and its high end; empty for no ramp.
        sentence: The result in words; may be empty.
        notes: What must be known to read it, in sentences.
        source: Where the figures come from, with what was emulated.
        why_empty: Why there is nothing to draw; empty if there is something.
        table: The same numbers as a table.
    """

    name: str = ""
    title: str = ""
    description: str = ""
    x: Axis = Axis()
    y: Axis = Axis()
    marks: tuple[Mark, ...] = ()
    keys: tuple[ChartKey, ...] = ()
    key_title: str = ""
    ramp: tuple[str, ...] = ()
    sentence: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""
    why_empty: str = ""
    table: tuple[Row, ...] = ()

    @property
    def targets(self) -> tuple[Target, ...]:
        """What can be pointed at, in the order in which it is drawn."""
        targets = (getattr(mark, "target", None) for mark in self.marks)
        return tuple(target for target in targets if isinstance(target, Target))
