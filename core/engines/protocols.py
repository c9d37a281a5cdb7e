"""What both engines keep to: plan in, events out, exactly one last word."""

from __future__ import annotations

from collections.abc import Callable

from core.model.events import Event
from core.model.plan import RunPlan

Emit = Callable[[Event], None]
"""Takes a run's events, in order; exactly one ``RunEnded``, the last of them."""
Cancelled = Callable[[], bool]
"""Asked often; True once the person wants to stop."""
Fit = Callable[[RunPlan, Emit, Cancelled], None]
"""Carries a plan out; the shape of ``core.measure.fit.fit``."""
