"""What a plot over the course of runs is, and its x axis."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtGui import QColor

from core.metrics.x_axis import XAxis
from core.model.quantity import significant
from core.model.run import Run
from gui.plotting.canvas import FOCUS_Z, LINE_Z, Canvas
from gui.run_plots.curve import Curve
from gui.theme import Theme, run_pen

if TYPE_CHECKING:
    import pyqtgraph as pg


@dataclass(frozen=True)
class Headline:
    """The one glance, one answer of a plot.

    Attributes:
        value: The present value with its unit, large: ``62.1 %``.
        detail: Beside it in words: the causes, what it is compared with.
        source: Where the number comes from, with what was emulated.
    """

    value: str
    detail: str = ""
    source: str = ""


class Plot(ABC):
    """One plot is one subclass in one file of ``gui/run_plots``.

    ``info`` turns runs into plain numbers and can be tested without Qt; ``draw`` shows them.

    Class attributes:
        key: A name for it.
        title: What its axis is called, with the unit in brackets.
        help: What it shows and how to read it, for the tooltip.
        unit: Unit of its values; empty for a plain number.
        smooths: Whether its lines may be smoothed: not where areas say what they add up to.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str]
    unit: ClassVar[str] = ""
    smooths: ClassVar[bool] = True

    @abstractmethod
    def headline(self, focus: Run | None) -> Headline:
        """What is to be read at a glance of the run in focus."""

    @abstractmethod
    def info(
        self,
        runs: Sequence[Run],
        focus: Run | None,
        x_axis: XAxis,
        seen: tuple[float, float] | None = None,
    ) -> Any:
        """The numbers to be drawn: a ``gui.run_plots.curve.CurvesInfo``.

        Args:
            runs: The runs.
            focus: The one of them that stands out.
            x_axis: What the x axis counts.
            seen: From where to where the view has come closer; a plot that shows fewer points than
                there are has more of them there.
        """

    @abstractmethod
    def draw(self, info: Any, item: pg.PlotItem, theme: Theme) -> None:
        """Show the numbers in a plot item, reusing what was drawn into it before."""

    @abstractmethod
    def y_range(self, info: Any, x_min: float, x_max: float) -> tuple[float, float]:
        """What the y axis reaches over while x is seen from ``x_min`` to ``x_max``."""

    def areas(self, info: Any) -> tuple[tuple[str, int], ...]:
        """Areas that need a legend: what each stands for, and its index into ``causes``."""
        return ()

    def value_text(self, value: float) -> str:
        """One of its values with the unit."""
        return f"{significant(value)} {self.unit}".rstrip()


def draw_curves(
    canvas: Canvas,
    curves: Sequence[Curve],
    theme: Theme,
    *,
    others_z: float = LINE_Z,
    halo: QColor | None = None,
) -> None:
    """Draw the lines of runs, that in focus thicker and above the others; see ``Canvas.line``."""
    for curve in curves:
        pen = run_pen(theme, curve.colour, 2.0 if curve.focus else 1.0)
        z = FOCUS_Z if curve.focus else others_z
        canvas.line(curve.run_id, curve.x, curve.y, pen, z=z, halo=halo)
