"""A metric over two knobs: a heat map of means."""

from __future__ import annotations

from core.analysis.by_setting.balanced_cells import balanced_cells
from core.analysis.by_setting.run_groups import RunGroups
from core.analysis.comparisons.knob_values import in_order
from core.charts.chart import Axis, Chart, Colour, HeatCell, Row, Tick, Tone
from core.charts.words import MEAN_COLUMNS, mean_cells, mean_target, nothing_to_draw, titled
from core.metrics.metric import Better
from core.model.quantity import significant

ONE_KNOB_ONLY = (
    "A heat map needs two settings that differ between these runs. {} Change another one and run "
    "again, or let Sweep… run both over a few values."
)


def two_knobs(groups: RunGroups, x_key: str, y_key: str) -> Chart:
    """The metric over two different knobs; only runs that count take part.

    Args:
        groups: The metric of the runs.
        x_key: The knob whose values go from left to right; empty if no two knobs vary.
        y_key: The knob whose values go upwards.
    """
    if not x_key or not y_key:
        keys = groups.varied_keys
        so_far = f"So far only {groups.name(keys[0])} does." if keys else "So far none does."
        return Chart(why_empty=ONE_KNOB_ONLY.format(so_far), notes=groups.notes())
    keys, knobs = (x_key, y_key), groups.knobs
    columns, rows = (
        in_order((group.values[key] for group in groups.groups), knobs[key]) for key in keys
    )
    cells = balanced_cells(groups.groups, keys, groups.keys)
    means = {cell: cells.mean(groups, members) for cell, members in cells.cells.items() if members}
    values = [mean.value for mean in means.values()]
    low, high = min(values, default=0.0), max(values, default=0.0)
    best = max if groups.metric.better is Better.HIGHER else min
    marks: list[HeatCell] = []
    table: list[Row] = [(*keys, groups.label, *MEAN_COLUMNS)]
    described = []
    for up, y in enumerate(rows):
        for across, x in enumerate(columns):
            mean = means.get((x, y))
            texts = groups.texts({x_key: x, y_key: y}, keys)
            place = ", ".join(f"{name}={text}" for name, text in texts)
            described.append(f"{place} {significant(mean.value) if mean else 'not measured'}")
            if mean is None:
                marks.append(HeatCell(across, up, None, "not measured"))
                continue
            share = (mean.value - low) / (high - low) if high > low else 0.5
            colour = Colour(Tone.RAMP, share=share)
            marks.append(
                HeatCell(
                    across,
                    up,
                    share,
                    significant(mean.value),
                    cells.balanced and mean.value == best(values),
                    mean_target(groups, mean, texts, across, up, colour),
                )
            )
            table.append((*(text for _, text in texts), *mean_cells(mean)))
    blank = len(marks) - len(means)
    notes = [cells.note()]
    if len(means) > 1 and cells.balanced:
        notes.append("Best: by its mean; a cell whose interval reaches it may be as good.")
    if blank:
        notes.append(f"{blank} of {len(marks)} combinations were not measured.")
    return Chart(
        name="heat",
        title=titled(f"{groups.metric.label} over {groups.name(x_key)} and {groups.name(y_key)}"),
        description=f"Mean {groups.label}: {'; '.join(described)}.",
        x=Axis(
            groups.name(x_key),
            -0.5,
            max(len(columns), 1) - 0.5,
            tuple(Tick(at, knobs[x_key].format(value)) for at, value in enumerate(columns)),
        ),
        y=Axis(
            groups.name(y_key),
            -0.5,
            max(len(rows), 1) - 0.5,
            tuple(Tick(at, knobs[y_key].format(value)) for at, value in enumerate(rows)),
        ),
        marks=tuple(marks),
        ramp=(f"{groups.metric.label}:", significant(low), groups.number(high)),
        notes=tuple(note for note in (*notes, *groups.notes()) if note),
        source=groups.source,
        why_empty="" if means else nothing_to_draw(groups),
        table=tuple(table),
    )
