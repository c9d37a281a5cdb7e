"""Device idle by cause, a bar for each configuration."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.idle_causes import CAUSE_LABELS, IdleCauses
from core.export.report import drawing
from core.export.report.markup import Markup, element
from core.export.report.scales import Scale
from core.model.quantity import significant

_ROW, _BAR, _LEFT = 42.0, 16.0, 8.0


def draw(of: Sequence[IdleCauses], emulated: str) -> Markup:
    """Bars from 0 to 100 % of the wall time; the figures stand above each.

    Args:
        of: Every configuration.
        emulated: Source of the figures and what was emulated.
    """
    x = Scale(0, 100, _LEFT, drawing.WIDTH - 18, (0, 25, 50, 75, 100))
    bottom = _ROW * len(of) + 4
    return drawing.figure(
        "idle",
        "Why the device waited",
        " ".join(f"{one.name}: {_words(one)}." for one in of),
        bottom + 40,
        drawing.bottom_axis(x, bottom, 4, "device idle (% of the wall time)"),
        [_row(_ROW * index, x, one) for index, one in enumerate(of)],
        keys=tuple(
            drawing.Key(element("rect", x=1, y=1, width=18, height=12, class_=f"c{index}"), label)
            for index, label in enumerate(CAUSE_LABELS)
        ),
        caption=(f"{emulated}. Means over the runs that count, from left to right in this order.",),
    )


def _row(y: float, x: Scale, one: IdleCauses) -> Markup:
    label = drawing.text(
        _LEFT, y + 14, f"{one.name}: {_words(one)}", class_="label", room=drawing.WIDTH - 12
    )
    parts, at = [], 0.0
    for index, (cause, name) in enumerate(zip(one.causes, CAUSE_LABELS, strict=True)):
        if cause.value is None or one.idle.value is None:
            continue
        hover = element("title", f"{one.name}: {name} {cause.text()}")
        left, at = x.at(at), at + cause.value
        parts.append(
            element(
                "rect", hover, x=left, y=y + 20, width=max(x.at(at) - left, 0), height=_BAR,
                class_=f"c{index}",
            )
        )  # fmt: skip
    return element("g", label, parts)


def _words(one: IdleCauses) -> str:
    """``idle 62 % = 55.1 input + 5.2 host + 1.9 turnaround``."""
    if one.idle.value is None:
        return f"idle {one.idle.text()}"
    parts = zip(one.causes, ("input", "host", "turnaround"), strict=True)
    said = [f"{_share(part.value)} {name}" for part, name in parts if part.value is not None]
    return f"idle {one.idle.text()} = {' + '.join(said)}"


def _share(percent: float) -> str:
    return "under 0.01" if 0 < percent < 0.01 else significant(percent)
