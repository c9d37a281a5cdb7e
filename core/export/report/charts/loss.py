"""The loss of each epoch, overlaid."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.losses import LossCurves, Losses
from core.export.report import drawing
from core.export.report.markup import Markup, element
from core.export.report.scales import Scale, linear
from core.model.quantity import significant

_LEFT, _TOP, _BOTTOM, _HEIGHT = 52.0, 40.0, 232.0, 274.0


def draw(of: Sequence[LossCurves], source: str, note: str = "") -> Markup | None:
    """Mean curves with a mark an epoch, and each run as a thin line; None without any loss.

    Args:
        of: Every configuration.
        source: Where the figures come from, with what was emulated.
        note: Where the training differs.
    """
    figures = [value for one in of for run in one.runs for value in run if value is not None]
    if not figures:
        lost = [text for one in of if (text := _lost(one))]
        return element("p", " ".join(lost)) if lost else None
    epochs = max(len(one.mean) for one in of)
    y = linear(figures, _BOTTOM, _TOP)
    step = max(1, -(-epochs // 10))
    x = Scale(
        0.5, epochs + 0.5, _LEFT, drawing.WIDTH - 8, tuple(range(1, epochs + 1, step))
    )  # half an epoch of room on both sides
    return drawing.figure(
        "loss",
        "Loss per epoch",
        " ".join(_described(one) for one in of),
        _HEIGHT,
        drawing.left_axis(y, _LEFT, drawing.WIDTH - 4, "training loss (mean of the epoch)"),
        drawing.bottom_axis(x, _BOTTOM, _BOTTOM, "epoch"),
        [
            _line(run, x, y, f"thin l{index % drawing.SERIES}")
            for index, one in enumerate(of)
            for run in one.runs
        ],
        [_curve(index, one, x, y) for index, one in enumerate(of)],
        keys=drawing.series_keys([one.name for one in of]),
        caption=(
            f"{source}. Means over the runs that count; thin lines are the single runs. A lower "
            "loss is no better pipeline: it follows from what was trained on.",
            *(text for one in of if (text := _lost(one))),
            note,
        ),
    )


def _curve(index: int, one: LossCurves, x: Scale, y: Scale) -> Markup:
    marks = [
        drawing.mark(
            index, x.at(epoch), y.at(value), f"{one.name}, epoch {epoch}: {significant(value)}",
            size=max(7 - 1.5 * index, 3),  # one that lies exactly upon another hides it not
        )
        for epoch, value in enumerate(one.mean, start=1)
        if value is not None
    ]  # fmt: skip
    return element("g", _line(one.mean, x, y, f"curve l{index % drawing.SERIES}"), marks)


def _line(of: Losses, x: Scale, y: Scale, class_: str) -> Markup:
    """A line with gaps where there is no loss."""
    d, up = "", True
    for epoch, value in enumerate(of, start=1):
        if value is not None:
            d += f"{'M' if up else 'L'}{x.at(epoch):.2f} {y.at(value):.2f}"
        up = value is None
    return element("path", d=d or None, class_=class_)


def _lost(of: LossCurves) -> str:
    """What no line can show."""
    if not of.lost:
        return ""
    return (
        f"{of.name}: in {of.lost} of {len(of.runs)} runs the loss of an epoch is NaN or infinite, "
        "which no line shows: what their speed says holds, what they trained does not."
    )


def _described(one: LossCurves) -> str:
    values = ["no loss" if value is None else significant(value) for value in one.mean]
    return f"{one.name}: {', '.join(values) or 'no epoch was finished'}."
