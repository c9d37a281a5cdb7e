"""The ratio of every configuration to the baseline, with its interval, on one axis."""

from __future__ import annotations

from core.analysis.comparison import Comparison
from core.analysis.statistics import SAME_WITHIN, RatioInterval
from core.export.report import drawing
from core.export.report.markup import Markup, element
from core.export.report.scales import Scale, ratios
from core.model.quantity import significant

_ROW, _TOP, _LEFT = 46.0, 30.0, 10.0


def draw(found: Comparison, source: str) -> Markup:
    """A line each: the ratio, its interval, and the verdict in words.

    Args:
        found: What came of the comparison.
        source: Where the figures come from, with what was emulated.
    """
    baseline = found.configurations[0].name
    results = list(zip(found.configurations[1:], found.decisive.ratios, strict=True))
    figures = [
        figure
        for _, one in results
        if one is not None
        for figure in (one.low, one.ratio, one.high)
        if figure is not None
    ]
    x = ratios(figures, _LEFT, drawing.WIDTH - _LEFT)
    bottom = _TOP + _ROW * len(results)
    rows = [
        _row(index, _TOP + _ROW * index, x, f"{one.name} / {baseline}", ratio, found)
        for index, (one, ratio) in enumerate(results)
    ]
    confidence = 100 * (1 - found.schedule.error_rate)
    return drawing.figure(
        "ratios",
        f"Throughput as a multiple of {baseline}'s",
        " ".join(_described(index, found) for index in range(len(results))),
        bottom + 44,
        drawing.bottom_axis(x, bottom, _TOP - 4, f"times the throughput of {baseline}"),
        drawing.text(x.at(1), _TOP - 12, f"as fast as {baseline}", anchor="middle", class_="tick"),
        rows,
        keys=(
            drawing.Key(
                element("rect", x=1, y=1, width=18, height=12, class_="band"),
                f"within {100 * SAME_WITHIN:.0f} % of 1: a ratio in here is no difference, and an "
                "interval that lies in here is called no measurable one",
            ),
        ),
        caption=(
            f"{source}. Each interval holds with {confidence:.4g} % confidence (Student's t over "
            "the logarithms of the ratios of repeats that ran side by side).",
        ),
    )


def _band(x: Scale, at: float) -> Markup:
    """Around 1, where a difference is too small to be called one."""
    left, right = x.at(1 / (1 + SAME_WITHIN)), x.at(1 + SAME_WITHIN)
    band = element("rect", x=left, y=at - 11, width=right - left, height=22, class_="band")
    return element("g", band, drawing.line(x.at(1), at - 11, x.at(1), at + 11, "one"))


def _row(
    index: int, y: float, x: Scale, name: str, ratio: RatioInterval | None, found: Comparison
) -> Markup:
    words = f"{name}: {ratio_text(ratio)}, {found.decisive.verdict(index)}"
    label = drawing.text(_LEFT, y + 12, words, class_="label", room=drawing.WIDTH - 2 * _LEFT)
    at, ends = y + 29, None
    band = _band(x, at)
    if ratio is None or ratio.ratio is None:
        return element("g", band, label)
    if ratio.low is not None and ratio.high is not None:
        ends = drawing.interval(index + 1, at, (x.at(ratio.low), x.at(ratio.high)), upright=False)
    return element("g", band, label, ends, drawing.mark(index + 1, x.at(ratio.ratio), at, words))


def ratio_text(found: RatioInterval | None) -> str:
    """``1.18 [1.16, 1.21]``; without an interval it says why there is none."""
    if found is None or found.ratio is None:
        return "no ratio"
    if found.low is None or found.high is None:
        return f"{significant(found.ratio)} (one pair: no interval)"
    return f"{significant(found.ratio)} [{significant(found.low)}, {significant(found.high)}]"


def _described(index: int, found: Comparison) -> str:
    name = found.configurations[index + 1].name
    ratio = found.decisive.ratios[index]
    return f"{name}: {ratio_text(ratio)}, {found.decisive.verdict(index)}."
