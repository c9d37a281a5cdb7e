"""The loss of each epoch, for every configuration."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.doubts.losses import LossCurves
from core.charts.chart import (
    Axis,
    Chart,
    ChartKey,
    ChartLine,
    Dot,
    Mark,
    Size,
    Target,
    Tick,
    series_colour,
)
from core.model.quantity import significant


def loss(curves: Sequence[LossCurves], source: str, note: str = "") -> Chart:
    """Mean curves with a dot for each epoch, and each run as a thin line.

    Args:
        curves: Every configuration.
        source: Where the figures come from, with what was emulated.
        note: How the training differs; may be empty.
    """
    lost = tuple(text for curve in curves if (text := _lost(curve)))
    figures = [
        value for curve in curves for run in curve.runs for value in run if value is not None
    ]
    if not figures:
        return Chart(why_empty=" ".join(lost) or "No epoch was finished.")
    epochs = max(len(curve.mean) for curve in curves)
    marks: list[Mark] = [
        ChartLine(tuple(enumerate(run, start=1)), series_colour(index, faint=True))
        for index, curve in enumerate(curves)
        for run in curve.runs
    ]
    for index, curve in enumerate(curves):
        colour = series_colour(index)
        # Dashes let a curve show through one that lies exactly upon it.
        marks.append(ChartLine(tuple(enumerate(curve.mean, start=1)), colour, 2, dash=index))
        for epoch, value in enumerate(curve.mean, start=1):
            if value is None:
                continue
            target = Target(epoch, value, ((f"{curve.name}, epoch {epoch}", significant(value)),))
            marks.append(Dot(epoch, value, colour, index, Size.SMALL, target=target))
    step = max(1, -(-epochs // 10))
    return Chart(
        name="loss",
        title="Loss per epoch",
        description=" ".join(map(_described, curves)),
        x=Axis(
            "epoch",
            0.5,
            epochs + 0.5,
            tuple(Tick(epoch, str(epoch)) for epoch in range(1, epochs + 1, step)),
        ),
        y=Axis("training loss (mean of the epoch)", min(figures), max(figures)),
        marks=tuple(marks),
        keys=tuple(
            ChartKey(curve.name, Dot(0, 0, series_colour(index), index))
            for index, curve in enumerate(curves)
        ),
        notes=tuple(
            text
            for text in (
                "Means over the runs that count; thin lines are the single runs. A lower loss is "
                "no better pipeline: it follows from what was trained on.",
                *lost,
                note,
            )
            if text
        ),
        source=source,
    )


def _lost(curve: LossCurves) -> str:
    """What no line can show."""
    if not curve.lost:
        return ""
    return (
        f"{curve.name}: in {curve.lost} of {len(curve.runs)} runs the loss of an epoch is NaN or "
        "infinite, which no line shows. Their speed is valid, their training is not."
    )


def _described(curve: LossCurves) -> str:
    values = ["no loss" if value is None else significant(value) for value in curve.mean]
    return f"{curve.name}: {', '.join(values) or 'no epoch was finished'}."
