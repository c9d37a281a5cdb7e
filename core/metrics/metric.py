"""What a metric is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import ClassVar

from core.metrics.accounting import Account, steady_account
from core.model.plan import Part
from core.model.quantity import Quantity, Source, not_measured
from core.model.run import Run


class Better(StrEnum):
    """Which way a metric gets better."""

    HIGHER = "higher"
    LOWER = "lower"


class Metric(ABC):
    """One figure of a run. One metric is one subclass in one file of ``core/metrics``.

    Class attributes:
        key: What JSON and tables call it; ends in its unit.
        label: What headings call it, without the unit.
        unit: Its unit; empty for a plain number.
        better: Which way it gets better.
        source: Where it comes from.
        help: How it is defined, in a sentence.
        caution: Why its figures of runs of one process do not compare, in a sentence; empty where
            they do.
        recorded: It follows from what was recorded of the run alone.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    unit: ClassVar[str]
    better: ClassVar[Better]
    source: ClassVar[Source] = Source.LOOP
    help: ClassVar[str]
    caution: ClassVar[str] = ""
    recorded: ClassVar[bool] = True

    def of(self, run: Run) -> Quantity:
        """The figure of a run, or why there is none; of a recorded run as its summary has it."""
        return run.figures.get(self.key) or self.measured(run)

    @abstractmethod
    def measured(self, run: Run) -> Quantity:
        """The figure from what was measured, or why there is none.

        Never 0 for what was not measured.
        """

    def found(self, value: float, run: Run) -> Quantity:
        """A figure that was measured."""
        return Quantity(value, self.unit, self.source, emulated=run.emulations)

    def missing(self, reason: str) -> Quantity:
        """No figure, and why."""
        return not_measured(self.unit, self.source, reason)


class SteadyMetric(Metric):
    """A figure of the steady part of a run.

    Class attributes:
        needs_device_busy: It cannot be had where the loop does not see the device at work.
    """

    needs_device_busy: ClassVar[bool] = False

    @abstractmethod
    def value(self, account: Account) -> float:
        """The figure of a stretch of steps."""

    def measured(self, run: Run) -> Quantity:
        """The figure of the steady part."""
        account = steady_account(run)
        if account is None or account.wall_s <= 0:
            steps = run.samples.steps
            few = f"{steps} steps leave too few after warm-up"
            return self.missing(few if steps else "no step was trained")
        if self.needs_device_busy and run.plan.part is Part.PIPELINE:
            return self.missing("no device took part: the pipeline ran alone")
        if self.needs_device_busy and run.plan.device.startswith("gpu"):
            return self.missing("on a GPU the loop only sees steps being queued")
        return self.found(self.value(account), run)
