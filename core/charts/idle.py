"""Device idle by cause, a bar for each configuration."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.stages.idle_causes import CAUSE_LABELS, IdleCauses
from core.charts.chart import Axis, Bar, Chart, ChartKey, Colour, Target, Tick, Tone
from core.model.quantity import significant


def idle(causes: Sequence[IdleCauses], source: str) -> Chart:
    """Bars from 0 to 100 % of the wall time, with their figures.

    Args:
        causes: Every configuration.
        source: Where the figures come from, with what was emulated.
    """
    bars: list[Bar] = []
    ticks = []
    for index, run in enumerate(causes):
        row, start = float(-index), 0.0
        ticks.append(Tick(row, run.name, f"{run.name}: {_words(run)}"))
        if run.idle.value is None:
            continue
        for cause, (part, label) in enumerate(zip(run.causes, CAUSE_LABELS, strict=True)):
            if part.value is None:
                continue
            colour = Colour(Tone.CAUSE, cause)
            end = start + part.value
            target = Target(end, row, ((run.name, f"{label} {part.text()}"),), colour=colour)
            bars.append(Bar(row, start, end, colour, target=target))
            start = end
    return Chart(
        name="idle",
        title="Why the device waited",
        description=" ".join(f"{tick.more}." for tick in ticks),
        x=Axis(
            "device idle (% of the wall time)",
            0,
            100,
            tuple(Tick(at, str(at)) for at in (0, 25, 50, 75, 100)),
        ),
        y=Axis("", 0.5 - len(ticks), 0.5, tuple(ticks)),
        marks=tuple(bars),
        keys=tuple(
            ChartKey(label, Bar(0, 0, 1, Colour(Tone.CAUSE, index)))
            for index, label in enumerate(CAUSE_LABELS)
        ),
        notes=("Means over the runs that count, from left to right in this order.",),
        source=source,
    )


def _words(run: IdleCauses) -> str:
    """``idle 62 % = 55.1 input + 5.2 host + 1.9 turnaround``."""
    if run.idle.value is None:
        return f"idle {run.idle.text()}"
    parts = zip(run.causes, ("input", "host", "turnaround"), strict=True)
    shares = [f"{_share(part.value)} {name}" for part, name in parts if part.value is not None]
    return f"idle {run.idle.text()} = {' + '.join(shares)}"


def _share(percent: float) -> str:
    return "under 0.01" if 0 < percent < 0.01 else significant(percent)
