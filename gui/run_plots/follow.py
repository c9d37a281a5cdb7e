"""Keeps the newest steps in view without fighting the mouse."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Follow:
    """Which part of the x axis is to be seen.

    Attributes:
        on: Whether the view follows. The mouse turns it off; then the view stays put.
        span: How much of the x axis is seen; None for all of it.
    """

    on: bool = True
    span: float | None = None

    def take_over(self) -> None:
        """The person moved the view: leave it alone."""
        self.on = False

    def turn_on(self, seen: tuple[float, float], extent: tuple[float, float] | None) -> None:
        """Follow again, as closely as the person had zoomed in."""
        self.on = True
        self.span = None
        if extent is not None:
            width, whole = seen[1] - seen[0], extent[1] - extent[0]
            self.span = width if 0 < width < 0.95 * whole else None

    def view(self, extent: tuple[float, float], edge: float) -> tuple[float, float]:
        """What is to be seen.

        Args:
            extent: From the first to the last position of all runs.
            edge: The newest position of the run in focus.
        """
        low, high = extent
        if self.span is None:
            return low, high if high > low else low + 1.0
        # A little room, so that the newest step does not stick to the border.
        right = edge + 0.02 * self.span
        return right - self.span, right
