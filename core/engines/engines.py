"""Carries plans out by the engine that each names."""

from __future__ import annotations

from collections.abc import Callable

from core.engines.contract import Cancelled, Emit, Fit
from core.engines.spare import SpareState
from core.engines.times import STOP_TIMES, StopTimes
from core.model.plan import RunPlan


class Engines:
    """Both engines, and a spare process that has TensorFlow loaded already.

    ``fit`` is called on the run's thread; everything else may be called from any thread. One
    isolated run is under way at a time.

    Attributes:
        changed: Called without arguments, from any thread, after ``spare`` changed.
    """

    def __init__(self, *, window_fit: Fit | None = None, times: StopTimes = STOP_TIMES) -> None:
        """Start nothing yet.

        Args:
            window_fit: Carries out runs in this program; None for ``core.measure.fit.fit``.
            times: How long an isolated run has to obey a Stop.
        """
        self._window_fit, self._times = window_fit, times
        self.changed: list[Callable[[], None]] = []

    def fit(self, plan: RunPlan, emit: Emit, cancelled: Cancelled) -> None:
        """Carry out a plan by the engine that it names; see ``core.engines.contract``."""
        window_fit = self._window_fit or _window_fit()
        window_fit(plan, emit, cancelled)

    @property
    def spare(self) -> SpareState:
        """How far the spare process is."""
        return SpareState.NONE

    @property
    def silent_s(self) -> float | None:
        """Seconds since the isolated run under way was last heard of; None where there is none."""
        return None

    def warm(self) -> None:
        """Start a spare process in the background, if there is none; returns at once."""

    def cool(self) -> None:
        """End the spare process, whether it is ready or not."""

    def end_now(self) -> None:
        """A second Stop: end the isolated run under way without waiting for its batch."""

    def close(self) -> None:
        """End the spare process and the run under way; returns within a second or so."""


def _window_fit() -> Fit:
    # Imported by the thread that runs it: TensorFlow's users in core come with it.
    from core.measure.fit import fit

    return fit
