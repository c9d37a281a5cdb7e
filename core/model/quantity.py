"""A number with its unit and where it comes from, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from core.python_versions import StrEnum

AnyFloat = Annotated[float, "NaN and infinities too"]
"""A float that may be none, such as a loss. In records every other float is finite."""

EXCEEDED = ", exceeded"
"""In the words of an emulation: what follows says that it was not met."""

_USELESS = 1000.0
"""Upper over lower end of an interval that says nothing: two pairs, one of them disturbed."""
_BYTES = ("bytes", "kB", "MB", "GB", "TB", "PB", "EB")


class Source(StrEnum):
    """How a number came to be known."""

    LOOP = "timed in the loop"
    KERAS = "Keras history"
    COUNTED = "counted in the loop"
    PERFORMANCE_MODEL = "performance model"
    NVML = "NVML"
    SYSTEM = "operating system"
    TRACE = "trace"


@dataclass(frozen=True)
class Quantity:
    """One figure as it is shown and exported.

    Attributes:
        value: The number; None where it was not measured.
        unit: Its unit, such as ``%``, ``s`` or ``examples/s``; empty for a plain number.
        source: Where it comes from.
        reason: Why it was not measured, where it was not.
        emulated: What was emulated while it was measured ("emulated accelerator 20 ms", ...).
    """

    value: AnyFloat | None
    unit: str
    source: Source
    reason: str = ""
    emulated: tuple[str, ...] = ()

    def number(self) -> str:
        """Three significant digits without the unit; "not measured" where there is none."""
        return "not measured" if self.value is None else significant(self.value)

    def text(self) -> str:
        """The number with its unit, or "not measured (reason)"."""
        if self.value is None:
            return f"not measured ({self.reason})" if self.reason else "not measured"
        return f"{self.number()} {self.unit}".rstrip()

    def provenance(self) -> str:
        """Where the number comes from, and what was emulated."""
        return ", ".join(
            part for part in (self.source.value, emulated_words(self.emulated)) if part
        )


def emulated_words(emulated: tuple[str, ...]) -> str:
    """What was emulated in one phrase: "emulated accelerator 5 ms and storage 20 ms".

    That an emulation was exceeded comes last.
    """
    first, *others = emulated or ("",)
    first, sign, exceeded = first.partition(EXCEEDED)
    words = " and ".join((first, *(text.removeprefix("emulated ") for text in others)))
    return f"{words}{sign}{exceeded}"


def emulated_in_all(each: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """What was emulated in several runs, each emulation once.

    By how much one was exceeded differs from run to run: the first that says so is taken.
    """
    by_emulation: dict[str, str] = {}
    for text in (text for texts in each for text in texts):
        key = text.partition(EXCEEDED)[0]
        if key not in by_emulation or EXCEEDED not in by_emulation[key]:
            by_emulation[key] = text
    return tuple(by_emulation.values())


def not_measured(unit: str, source: Source, reason: str) -> Quantity:
    """A figure that could not be had, and why."""
    return Quantity(None, unit, source, reason)


def bytes_text(count: float) -> str:
    """Bytes as a person reads them: 8,000,000,000,000 as ``8 TB``."""
    value, unit = float(count), _BYTES[0]
    for unit in _BYTES:
        if value < 1000.0 or unit == _BYTES[-1]:
            break
        value /= 1000.0
    return f"{value:.3g} {unit}"


def interval_text(low: float | None, high: float | None) -> str:
    """``[1.38, 1.57]``; empty where there is no interval, in words where it is too wide to use."""
    if low is None or high is None:
        return ""
    if low > 0 and high / low > _USELESS:
        return "[hidden by noise]"
    return f"[{significant(low)}, {significant(high)}]"


def significant(value: float, digits: int = 3) -> str:
    """Write a number with so many significant digits, without an exponent up to a million."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else str(value)
    if value == 0:
        return "0"
    # The exponent after rounding: 0.9996 is written as 1.00, not as 1.000.
    scientific = f"{value:.{digits - 1}e}"
    exponent = int(scientific.partition("e")[2])
    if exponent >= digits:
        return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    decimals = max(0, digits - 1 - exponent)
    # What is too small for nine decimals must not look like 0.
    return f"{value:.{decimals}f}" if decimals <= 9 else scientific
