"""The ramp from little to much is even, and can be read without colours."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from gui.theme import DARK, LIGHT, Theme, luminance, ramp_colour, readable_on

SHARES = np.linspace(0, 1, 15)


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_lightness_goes_one_way_in_even_steps(theme: Theme) -> None:
    light = np.array([116 * luminance(ramp_colour(theme, s)) ** (1 / 3) - 16 for s in SHARES])
    steps = np.diff(light) * (1 if light[-1] > light[0] else -1)
    assert steps.min() > 0.5 * steps.mean()
    assert steps.max() < 1.7 * steps.mean()
    assert abs(light[-1] - light[0]) > 40


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_lines_are_seen_on_the_ground_and_text_on_the_ramp(theme: Theme) -> None:
    ground = luminance(QColor(theme.base))
    for share in SHARES:
        colour = ramp_colour(theme, share)
        assert contrast(luminance(colour), ground) >= 3.0
        text = luminance(QColor(readable_on(colour)))
        assert contrast(luminance(colour), text) >= 4.5


def test_shares_beyond_the_ends_have_the_colours_of_the_ends() -> None:
    assert ramp_colour(LIGHT, -1.0).name() == LIGHT.ramp[0]
    assert ramp_colour(LIGHT, 2.0).name() == LIGHT.ramp[-1]
