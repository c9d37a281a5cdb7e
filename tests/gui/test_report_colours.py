"""The report has the colours of the window."""

from __future__ import annotations

import pytest

from core.analysis.stages.idle_causes import CAUSE_LABELS
from core.export.report import colours
from gui import theme


@pytest.mark.parametrize(
    ("name", "of"), [("light", colours.LIGHT), ("dark", colours.DARK)], ids=["light", "dark"]
)
def test_the_report_has_the_colours_of_the_window(name: str, of: dict[str, str]) -> None:
    window = {"light": theme.LIGHT, "dark": theme.DARK}[name]
    assert all(getattr(window, key) == colour for key, colour in of.items())
    assert colours.CAUSES[name] == window.causes
    assert colours.SERIES[name] == window.runs
    assert CAUSE_LABELS == theme.CAUSE_LABELS
