"""Colours of the report can be read, light and dark."""

from __future__ import annotations

import pytest

from core.export.report.colours import CAUSES, DARK, HEAT, LIGHT, SERIES
from core.export.report.page import style

SCHEMES = {"light": LIGHT, "dark": DARK}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_stand_out_from_what_they_are_on(scheme: str) -> None:
    colours = SCHEMES[scheme]
    for run_environment in ("window", "base"):
        for words in ("text", "muted", "accent", "error"):
            assert contrast(colours[words], colours[run_environment]) >= 4.5, (
                words,
                run_environment,
            )
    for cell, figure in HEAT[scheme]:
        assert contrast(cell, figure) >= 4.5, cell


@pytest.mark.parametrize("scheme", SCHEMES)
def test_cells_go_evenly_from_low_to_high(scheme: str) -> None:
    found = [luminance(cell) for cell, _ in HEAT[scheme]]
    assert found == sorted(found, reverse=scheme == "light")


def test_both_schemes_have_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)
    assert len(SERIES["light"]) == len(SERIES["dark"])
    assert len(CAUSES["light"]) == len(CAUSES["dark"]) == 3


def test_every_colour_of_the_style_sheet_is_declared() -> None:
    text = style()
    used = {part.partition(")")[0] for part in text.split("var(--")[1:]}
    declared = {part.partition(":")[0] for part in text.split(" --")[1:]}
    assert used <= declared
