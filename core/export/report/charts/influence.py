"""How much of the differences each knob of a sweep explains."""

from __future__ import annotations

from core.analysis.sweep import SweepResult
from core.analysis.variance import Influence
from core.export.report import drawing
from core.export.report.markup import Markup, element
from core.export.report.scales import Scale

_ROW, _BAR, _LEFT = 42.0, 14.0, 8.0


def draw(found: SweepResult, source: str) -> Markup | None:
    """Bars from 0 to 100 %; None where nothing differs."""
    if not found.influence:
        return None
    x = Scale(0, 100, _LEFT, drawing.WIDTH - 18, (0, 25, 50, 75, 100))
    bottom = _ROW * len(found.influence) + 4
    return drawing.figure(
        "influence",
        "Which knob mattered",
        " ".join(f"{_words(one)}." for one in found.influence),
        bottom + 40,
        drawing.bottom_axis(x, bottom, 4, "share of the differences in log throughput (%)"),
        [_row(_ROW * index, x, one) for index, one in enumerate(found.influence)],
        caption=(
            f"{source}. What each knob explains by itself over what was swept (main effects of an "
            "analysis of variance); what is left is how knobs act together, and noise.",
        ),
    )


def _row(y: float, x: Scale, one: Influence) -> Markup:
    told = "" if one.told_from_noise else " faint"
    return element(
        "g",
        drawing.text(_LEFT, y + 14, _words(one), class_="label", room=drawing.WIDTH - 12),
        element(
            "rect", element("title", _words(one)), x=_LEFT, y=y + 20,
            width=max(x.at(100 * one.share) - _LEFT, 1), height=_BAR, class_=f"share{told}",
        ),
    )  # fmt: skip


def _words(one: Influence) -> str:
    """``prefetch.buffer_size: 61 %, measurable difference``."""
    return f"{one.key}: {100 * one.share:.0f} %, {one.verdict}"
