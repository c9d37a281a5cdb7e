"""Colours and size of text of the window, and how they are put on.

Runs take the Okabe-Ito palette, bound to the run for life; past eight runs the colours come
again with dashes. The three causes of idleness keep their own three tones everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontDatabase, QPalette, QPen
from PySide6.QtWidgets import QApplication

from gui.text_size import NORMAL_PX, scaled_sheet
from resources.files import folder, read_text


@dataclass(frozen=True)
class Theme:
    """A set of colours, as ``#rrggbb``.

    Attributes:
        name: ``light``, ``dark`` or ``high contrast``.
        dark: Whether text is lighter than what it stands on.
        edges: Whether lists and buttons have edges of their own, in place of Fusion's.
        window: Background of panels.
        base: Background of plots, tables and fields.
        text: Text.
        muted: Text of less weight; still 4.5:1 on window and base.
        border: Lines between parts.
        grid: Lines within plots.
        accent: What can be acted on; the only saturated colour outside plots.
        on_accent: Text upon the accent.
        error: Text of failures.
        added, removed: Lines of a patch; each has its sign as well.
        causes: Tones of input wait, host and epoch turnaround, in this order.
        runs: The palette of runs.
        ramp: From little to much: an even stretch of viridis, which keeps its order without
            colours, too; each at least 3:1 on base.
    """

    name: str
    dark: bool
    window: str
    base: str
    text: str
    muted: str
    border: str
    grid: str
    accent: str
    on_accent: str
    error: str
    added: str
    removed: str
    causes: tuple[str, str, str]
    runs: tuple[str, ...]
    ramp: tuple[str, ...]
    edges: bool = False


LIGHT = Theme(
    name="light",
    dark=False,
    window="#f4f4f2",
    base="#ffffff",
    text="#1c1c1e",
    muted="#5b5b60",
    border="#cfcfcb",
    grid="#8a8a8a",
    accent="#0b5cad",
    on_accent="#ffffff",
    error="#a3261b",
    added="#00694d",
    removed="#a34300",
    causes=("#b8405e", "#8d7bb8", "#b9b3a6"),
    runs=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#b3a600"),
    ramp=("#20a386", "#21908d", "#287c8e", "#31688e", "#3b518b", "#443983", "#481f70", "#440154"),
)

DARK = Theme(
    name="dark",
    dark=True,
    window="#1f2023",
    base="#17181a",
    text="#ececee",
    muted="#a9a9b0",
    border="#3b3c40",
    grid="#8a8a8a",
    accent="#6cb2f5",
    on_accent="#101114",
    error="#ff8a7a",
    added="#4fd0a5",
    removed="#f59a5c",
    causes=("#e0718c", "#a695d6", "#77736a"),
    runs=("#3d9fdc", "#ef7b2d", "#1fbf92", "#dc93bb", "#f0b33a", "#84cdf5", "#ffffff", "#f0e442"),
    ramp=("#2a788e", "#228d8d", "#1fa187", "#32b67a", "#59c765", "#8cd646", "#c5e021", "#fde725"),
)

HIGH_CONTRAST = Theme(
    name="high contrast",
    dark=True,
    window="#000000",
    base="#000000",
    text="#ffffff",
    muted="#e6e6e6",
    border="#ffffff",
    grid="#b0b0b0",
    accent="#ffe100",
    on_accent="#000000",
    error="#ff9a8c",
    added="#5cf2c0",
    removed="#ffb27a",
    causes=("#ff7d9c", "#bfa8ff", "#c9c4b8"),
    runs=("#5cc0ff", "#ff9a52", "#2fe0ab", "#ff9fd8", "#ffc14d", "#a8deff", "#ffffff", "#f5ea50"),
    ramp=DARK.ramp,
    edges=True,
)

THEMES = (LIGHT, DARK, HIGH_CONTRAST)

CAUSE_LABELS = ("waiting for input", "host", "epoch turnaround")

RUN_COLOUR_NAMES = (
    "blue", "vermilion", "green", "pink", "orange", "sky blue", "black or white", "yellow",
)  # fmt: skip
"""The palettes of runs in words, which are the same in every theme."""

_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
DASHES = len(_DASHES)
"""So often a colour comes with lines that can be told apart."""


def system_theme(scheme: Qt.ColorScheme | None = None) -> Theme:
    """What the platform asks for: much contrast, or light or dark.

    Args:
        scheme: Light or dark where it is known already.
    """
    hints = QApplication.styleHints()
    if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
        return HIGH_CONTRAST
    dark = (hints.colorScheme() if scheme is None else scheme) == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT


def apply_theme(app: QApplication, theme: Theme, text_px: int = NORMAL_PX) -> None:
    """Put a theme on the whole application; plots made later take it on by themselves.

    Args:
        app: The application.
        theme: The colours.
        text_px: Size of usual text in pixels; everything else keeps its relation to it.
    """
    names = {name: value for name, value in vars(theme).items() if isinstance(value, str)}
    tone = "dark" if theme.dark else "light"
    sheet = read_text("style.qss") + (read_text("high-contrast.qss") if theme.edges else "")
    sheet = sheet.replace("@resources;", folder()).replace("@name;", tone)
    # Longest first: @on_accent before @on, were there one.
    for name in sorted(names, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", names[name])
    sheet = scaled_sheet(sheet, text_px)
    if app.styleSheet() == sheet:
        return
    app.setStyle("Fusion")
    font = app.font()
    font.setPixelSize(text_px)
    app.setFont(font)
    app.setPalette(_palette(theme))
    app.setStyleSheet(sheet)


@contextmanager
def styled_once() -> Iterator[None]:
    """Style the widgets that are built inside once, at the end.

    With a style sheet in place, Qt styles a widget and all that is in it anew for each parent
    that it or a widget above it gets: half of the time that a window takes to be built.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    sheet = app.styleSheet()
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


def run_colour(theme: Theme, index: int) -> QColor:
    """The colour of a run by its index for life."""
    return QColor(theme.runs[index % len(theme.runs)])


def line_pen(
    colour: QColor | str, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine
) -> QPen:
    """A pen that is so many pixels wide at any scale."""
    pen = QPen(QBrush(QColor(colour)), width)
    pen.setCosmetic(True)
    pen.setStyle(style)
    return pen


def run_pen(theme: Theme, index: int, width: float = 1.5) -> QPen:
    """The pen of a run: its colour, dashed once the palette has gone round.

    With high contrast the dashes change from run to run: they tell runs apart without colours.
    """
    turn = index if theme.edges else index // len(theme.runs)
    dashes = _DASHES[turn % len(_DASHES)]
    return line_pen(run_colour(theme, index), width, dashes)


def ramp_colour(theme: Theme, share: float) -> QColor:
    """The colour of a figure by where it lies between the least (0) and the greatest (1)."""
    place = min(max(share, 0.0), 1.0) * (len(theme.ramp) - 1)
    index = min(int(place), len(theme.ramp) - 2)
    return mixed(QColor(theme.ramp[index + 1]), QColor(theme.ramp[index]), place - index)


def mixed(above: QColor, below: QColor, share: float) -> QColor:
    """A colour upon a ground as a transparent one would look, but opaque: that draws faster."""
    parts = (
        (above.redF(), below.redF()),
        (above.greenF(), below.greenF()),
        (above.blueF(), below.blueF()),
    )
    return QColor.fromRgbF(*(share * a + (1 - share) * b for a, b in parts))


def marked_ground(theme: Theme) -> QColor:
    """What a row stands on that is pointed at; text and muted text read on it."""
    return mixed(QColor(theme.muted), QColor(theme.base), 0.2)


def luminance(colour: QColor) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def readable_on(ground: QColor) -> str:
    """Black or white, whichever reads better upon a ground."""
    # The contrast with black and with white is the same at 0.179.
    return "#000000" if luminance(ground) > 0.179 else "#ffffff"


def tabular(font: QFont) -> QFont:
    """The same font with figures of equal width, so that numbers do not jump."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def monospaced() -> QFont:
    """The system's font for code."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.base),
        (role.AlternateBase, theme.window),
        (role.Text, theme.text),
        (role.Button, theme.window),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.base),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
        (role.LinkVisited, theme.accent),
        (role.BrightText, theme.text),
        (role.Mid, theme.border),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return palette
