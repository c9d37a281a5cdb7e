"""How long the device sat idle, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtGui import QColor

from core.metrics.accounting import Account
from core.metrics.x_axis import XAxis
from core.model.measured.samples import FloatArray
from core.model.quantity import Source, emulated_words
from core.model.run import Run
from gui.plotting.canvas import AREA_Z, FOCUS_Z, Canvas
from gui.run_plots.curve import (
    Curve,
    CurvesInfo,
    RunCache,
    Seen,
    binned,
    make_curve,
    stepped,
    traced,
    warm_up,
)
from gui.run_plots.headline_values import NO_RUN, no_step, present
from gui.run_plots.plot import Headline, Plot, draw_curves
from gui.text_size import px
from gui.theme import CAUSE_LABELS, Theme, line_pen

if TYPE_CHECKING:
    import pyqtgraph as pg

ON_A_GPU = "on a GPU the loop only sees steps being queued"

_MAX_HALOS = 6
_LABEL_PX = (17, 130)
"""An area says its name where it is at least so high and so wide, in pixels."""


@dataclass(frozen=True, eq=False)
class Area:
    """One cause of idleness of the run in focus.

    Attributes:
        cause: Index of the cause, as in ``CAUSE_LABELS``.
        share: Percent of each bin, shape ``(bins,)``.
        x: Positions of its upper edge, shape ``(2 * bins,)``.
        top: Its upper edge: this cause and those below it, in percent, shape ``(2 * bins,)``.
    """

    cause: int
    share: FloatArray
    x: FloatArray
    top: FloatArray


@dataclass(frozen=True, eq=False)
class IdleInfo(CurvesInfo):
    """Lines of total idleness, and the areas of the run in focus, lowest first."""

    areas: tuple[Area, ...] = ()


class IdlePlot(Plot):
    """Device idle in percent: stacked by cause for the run in focus, a line for each other."""

    key: ClassVar[str] = "device_idle"
    title: ClassVar[str] = "device idle (%)"
    unit: ClassVar[str] = "%"
    smooths: ClassVar[bool] = False
    help: ClassVar[str] = (
        "Share of the time in which the device had nothing to do: 100 x (1 - device busy / wall "
        "time). The areas are the causes for the run in focus, and add up to its line; every "
        "other run is a thin line. Low is good. The shaded warm-up is not averaged in."
    )

    def __init__(self) -> None:
        self._areas = RunCache(_areas)

    def headline(self, focus: Run | None) -> Headline:
        """Idle in percent, the largest cause first."""
        if focus is None:
            return NO_RUN
        accounted = present(focus)
        if accounted is None:
            return no_step(focus)
        account, when = accounted
        if _on_gpu(focus):
            wait = _whole(account.percent(account.input_wait_s))
            text = f"{ON_A_GPU} · {when}: {CAUSE_LABELS[0]} {wait} %"
            return Headline("not measured", text, _source(focus))
        value = self.value_text(account.idle_percent)
        return Headline(value, f"{when}: {_causes_in_words(account)}", _source(focus))

    def info(
        self, runs: Sequence[Run], focus: Run | None, x_axis: XAxis, seen: Seen | None = None
    ) -> IdleInfo:
        """Totals per run, causes for the run in focus."""
        curves: list[Curve] = []
        areas: tuple[Area, ...] = ()
        for run in runs:
            if run.samples.steps == 0:
                continue
            of_run = self._areas.get(run, x_axis, seen)
            if focus is not None and run.id == focus.id:
                areas = of_run
            if not _on_gpu(run):
                curves.append(make_curve(run, focus, of_run[-1].x, of_run[-1].top))
        return IdleInfo(
            tuple(curves), warm_up(runs, focus, x_axis), areas, traced=traced(runs, focus, x_axis)
        )

    def draw(self, info: IdleInfo, item: pg.PlotItem, theme: Theme) -> None:
        """Areas below, lines above."""
        canvas = Canvas.of(item)
        canvas.begin()
        # A line of the ground's colour parts the areas even where colours are not told apart.
        parting = line_pen(theme.base)
        for area in reversed(info.areas):
            tone = QColor(theme.causes[area.cause])
            z = AREA_Z - area.cause
            canvas.line(f"area {area.cause}", area.x, area.top, parting, z=z, fill=tone)
        _label_areas(canvas, info.areas, item, theme)
        # Set off from the areas behind; of many lines, only the setting off would be seen.
        halo = QColor(theme.base) if len(info.curves) <= _MAX_HALOS else None
        draw_curves(canvas, info.curves, theme, others_z=FOCUS_Z - 10, halo=halo)
        canvas.shades(info.warm_up, info.traced, theme, height=0.9)
        canvas.end()

    def areas(self, info: IdleInfo) -> tuple[tuple[str, int], ...]:
        """The causes of the run in focus, lowest area first."""
        return tuple((CAUSE_LABELS[area.cause], area.cause) for area in info.areas)

    def y_range(self, info: IdleInfo, x_min: float, x_max: float) -> tuple[float, float]:
        """Always all of it, so that heights compare at a glance."""
        return 0.0, 100.0


_SHORT_LABELS = (*CAUSE_LABELS[:2], "epoch")
"""In the headline, where room is short."""


def _areas(run: Run, x_axis: XAxis, seen: Seen | None = None) -> tuple[Area, ...]:
    bins = binned(run, x_axis, seen)
    readings = bins.series
    shares = [readings.input_wait_percent, readings.host_percent, readings.epoch_turnaround_percent]
    if _on_gpu(run):
        del shares[1:]
    tops = np.cumsum(shares, axis=0)
    x = stepped(bins.edges, tops[0])[0]
    return tuple(
        Area(cause, share, x, np.repeat(top, 2))
        for cause, (share, top) in enumerate(zip(shares, tops, strict=True))
    )


def _label_areas(canvas: Canvas, areas: tuple[Area, ...], item: pg.PlotItem, theme: Theme) -> None:
    """Write the cause into each area that has room for it, in the middle of what is seen."""
    if not areas:
        return
    box = item.getViewBox()
    (low, high), _ = box.viewRange()
    low, high = max(low, areas[0].x[0]), min(high, areas[0].x[-1])
    px_per_x, px_per_percent = 1 / max(box.viewPixelSize()[0], 1e-12), box.height() / 100
    if (high - low) * px_per_x < px(_LABEL_PX[1]):
        return
    third = (high - low) / 3
    seen = slice(*np.searchsorted(areas[0].x, (low + third, high - third)))
    bottom = 0.0
    for area in areas:
        top = float(area.top[seen].mean()) if area.top[seen].size else bottom
        if (top - bottom) * px_per_percent >= px(_LABEL_PX[0]):
            place = ((low + high) / 2, (top + bottom) / 2)
            tone = QColor(theme.causes[area.cause])
            canvas.text(f"label {area.cause}", CAUSE_LABELS[area.cause], place, tone)
        bottom = top


def _causes_in_words(account: Account) -> str:
    seconds = (account.input_wait_s, account.host_s, account.epoch_turnaround_s)
    parts = sorted(zip(seconds, _SHORT_LABELS, strict=True), key=lambda part: -part[0])
    return " · ".join(f"{label} {_whole(account.percent(part))}" for part, label in parts)


def _whole(percent: float) -> str:
    return "<1" if 0 < percent < 0.5 else f"{percent:.0f}"


def _on_gpu(run: Run) -> bool:
    return run.plan.device.startswith("gpu")


def _source(run: Run) -> str:
    words = emulated_words(run.emulations)
    return f"{Source.LOOP.value}, {words}" if words else Source.LOOP.value
