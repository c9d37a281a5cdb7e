"""Text can be read on everything it stands on, and the ramp from little to much without colours."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QAbstractSlider, QApplication, QScrollBar, QSlider
from pytestqt.qtbot import QtBot

from core.timeline.rows import EventKind
from gui.theme import (
    HIGH_CONTRAST,
    LIGHT,
    THEMES,
    Theme,
    apply_theme,
    luminance,
    marked_ground,
    mixed,
    ramp_colour,
    readable_on,
    run_pen,
)
from gui.timeline.timeline_colours import tone_colour

SHARES = np.linspace(0, 1, 15)
LEAST = 4.5
"""Contrast of text with what it stands on (WCAG 2.2, AA)."""
each_theme = pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
_INKS = ("text", "muted", "accent", "error", "added", "removed")


def contrast(one: QColor | str, other: QColor | str) -> float:
    """From 1 to 21."""
    dark, light = sorted(luminance(QColor(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


@each_theme
def test_lightness_goes_one_way_in_even_steps(theme: Theme) -> None:
    light = np.array([116 * luminance(ramp_colour(theme, s)) ** (1 / 3) - 16 for s in SHARES])
    steps = np.diff(light) * (1 if light[-1] > light[0] else -1)
    assert steps.min() > 0.5 * steps.mean()
    assert steps.max() < 1.7 * steps.mean()
    assert abs(light[-1] - light[0]) > 40


@each_theme
def test_lines_are_seen_on_the_ground_and_text_on_the_ramp(theme: Theme) -> None:
    for share in SHARES:
        colour = ramp_colour(theme, share)
        assert contrast(colour, theme.base) >= 3.0
        assert contrast(colour, readable_on(colour)) >= LEAST


@each_theme
def test_text_reads_on_panels_fields_and_marked_rows(theme: Theme) -> None:
    inks = {name: getattr(theme, name) for name in _INKS}
    low = {
        f"{name} on {where}": round(contrast(ink, ground), 2)
        for name, ink in inks.items()
        for where, ground in (("window", theme.window), ("base", theme.base))
        if contrast(ink, ground) < LEAST
    }
    assert low == {}
    assert contrast(theme.on_accent, theme.accent) >= LEAST
    for ink in (theme.text, theme.muted):
        assert contrast(ink, marked_ground(theme)) >= LEAST


@each_theme
def test_every_pair_of_qt_s_palette_reads(qapp: QApplication, theme: Theme) -> None:
    apply_theme(qapp, theme)
    role, palette = QPalette.ColorRole, qapp.palette()
    pairs = [
        (role.WindowText, role.Window), (role.Text, role.Base), (role.Text, role.AlternateBase),
        (role.ButtonText, role.Button), (role.ToolTipText, role.ToolTipBase),
        (role.PlaceholderText, role.Base), (role.HighlightedText, role.Highlight),
        (role.Link, role.Base), (role.Link, role.Window), (role.LinkVisited, role.Window),
        (role.LinkVisited, role.Base), (role.BrightText, role.Window),
    ]  # fmt: skip
    low = [
        f"{ink.name} on {ground.name} ({group.name})"
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive)
        for ink, ground in pairs
        if contrast(palette.color(group, ink), palette.color(group, ground)) < LEAST
    ]
    assert low == []


@each_theme
def test_every_rule_of_the_style_sheet_reads(qapp: QApplication, theme: Theme) -> None:
    apply_theme(qapp, theme)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", qapp.styleSheet())
    assert len(rules) > 40
    low = []
    for selector, body in rules:
        ink = re.search(r"(?<![-\w])color: *(#\w{6})", body)
        ground = re.search(r"background(?:-color)?: *(#\w{6})", body)
        if ink is None or ":disabled" in selector:
            continue
        # What stands on the accent stands in a part with that ground.
        around = {theme.on_accent: [theme.accent]}.get(ink[1], [theme.window, theme.base])
        grounds = [ground[1]] if ground else around
        low += [selector.strip() for on in grounds if contrast(ink[1], on) < LEAST]
    assert low == []


@each_theme
def test_text_drawn_into_plots_and_charts_reads(theme: Theme) -> None:
    grounds = [*theme.runs, *theme.causes, *(tone_colour(theme, tone) for tone in EventKind)]
    for ground in map(QColor, grounds):
        assert contrast(readable_on(ground), ground) >= LEAST
        # Words stand on a plate of the plot's ground that lets a little of a line through.
        assert contrast(theme.text, mixed(QColor(theme.base), ground, 200 / 255)) >= LEAST
    shade = mixed(QColor(theme.muted), QColor(theme.base), 55 / 255)
    assert contrast(theme.text, shade) >= LEAST


def test_high_contrast_has_much_more_than_must_be() -> None:
    theme = HIGH_CONTRAST
    assert contrast(theme.text, theme.window) > 20
    for name in _INKS:
        assert contrast(getattr(theme, name), theme.base) >= 7, name
    for colour in (*theme.runs, *theme.causes):
        assert contrast(colour, theme.base) >= 7


@pytest.mark.parametrize("part", [QScrollBar, QSlider])
def test_bars_and_sliders_can_be_seen_in_high_contrast(
    part: type[QAbstractSlider], qapp: QApplication, qtbot: QtBot
) -> None:
    apply_theme(qapp, HIGH_CONTRAST)
    bar = part(Qt.Orientation.Horizontal)
    qtbot.addWidget(bar)
    bar.setRange(0, 100)
    bar.resize(300, 20)
    picture = bar.grab().toImage()
    marked = {picture.pixelColor(x, 10).name() for x in range(picture.width())}
    assert HIGH_CONTRAST.border in marked
    apply_theme(qapp, LIGHT)


def test_high_contrast_tells_runs_apart_without_colours() -> None:
    first = [run_pen(HIGH_CONTRAST, index).style() for index in range(4)]
    assert len(set(first[:3])) == 3
    assert first[3] is first[0]
    pens = {
        (pen.color().name(), pen.style()) for pen in map(partial(run_pen, HIGH_CONTRAST), range(24))
    }
    assert len(pens) == 24


def test_shares_beyond_the_ends_have_the_colours_of_the_ends() -> None:
    assert ramp_colour(LIGHT, -1.0).name() == LIGHT.ramp[0]
    assert ramp_colour(LIGHT, 2.0).name() == LIGHT.ramp[-1]
