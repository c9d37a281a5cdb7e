"""What the machine did to a run: its clock, its memory, its GPU, its other programs."""

from __future__ import annotations

import numpy as np

from core.analysis.doubts.doubt import Doubt
from core.metrics.resource_use import steady_rate, why_no_rate
from core.model.quantity import significant
from core.model.run import Run
from core.text.plural import plural

_OTHERS_SHARE = 0.15
_LEAST_MEMORY = 0.05


def clock(run: Run) -> Doubt | None:
    """Set, or left behind while the machine slept."""
    if not run.clock_jumps:
        return None
    first = run.clock_jumps[0]
    by = f"by {significant(abs(first.by_s))} s during step {first.step + 1}"
    others = len(run.clock_jumps) - 1
    more = f", and {plural(others, 'time')} more after that" if others else ""
    what = (
        f"The machine's clock was set back {by}{more}."
        if first.by_s < 0
        else f"The machine's clock jumped ahead {by}{more}: it was set, or the machine slept."
    )
    return Doubt(
        "clock_jumped",
        f"{what} Times are of a clock that nobody sets, so averages hold; what that step is "
        "divided into may be wrong.",
    )


def memory(run: Run) -> Doubt | None:
    """Too little was left of it."""
    about = run.resources.about
    if about is None or len(run.resources) == 0:
        return None
    left = float(run.resources.column("available_bytes").min())
    if not left <= _LEAST_MEMORY * about.limit_bytes:  # also where it was not read
        return None
    return Doubt(
        "memory_short",
        f"Memory came near its limit: {left / 1e9:.2g} of {about.limit_bytes / 1e9:.2g} GB were "
        "left. The system then reads files anew and swaps, which slows everything down. Make "
        "buffers, cache or batches smaller.",
    )


def gpu(run: Run) -> Doubt | None:
    """NVML that fell silent halfway: what there is says nothing of the rest."""
    about = run.resources.about
    if about is None or not about.gpus or not about.gpu_note:
        return None
    read = [np.isfinite(run.resources.gpu(index)[0]) for index in range(len(about.gpus))]
    known_s = run.resources.at_s[np.any(read, axis=0)] if len(run.resources) else np.empty(0)
    if len(known_s) == 0:
        return None  # nothing is shown that could be doubted, and the reason stands there
    return Doubt(
        "gpu_unread",
        f"The GPU was read for {significant(float(known_s[-1]))} of "
        f"{significant(float(run.samples.done_s[-1]))} s: {about.gpu_note}. GPU idle is of that "
        "part alone.",
    )


def others(run: Run) -> Doubt | None:
    """Other programs took the processor."""
    about = run.resources.about
    if about is None or why_no_rate(run):
        return None
    machine, own = (steady_rate(run, name) for name in ("machine_busy_s", "process_cpu_s"))
    others = machine - own
    if not others >= _OTHERS_SHARE * about.cores:  # also where the machine was not read
        return None
    return Doubt(
        "other_programs",
        f"Other programs kept {others:.2g} of {about.cores} cores busy meanwhile "
        f"(the machine {machine:.2g}, this process {own:.2g} cores): the figures may be too low. "
        "Close them and measure again.",
    )
