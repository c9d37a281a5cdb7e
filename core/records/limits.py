"""What values of records may be, beyond what their types and the usual limits say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from msgspec import Meta

from core.model.events import ResourcesSampled, RunEnded, StepsTaken
from core.model.experiment import MOST_PLACES, Experiment
from core.model.measured.fingerprint import Fingerprint
from core.model.measured.resources import Resources, ResourcesAbout
from core.model.measured.samples import MOST_JUMPS
from core.model.plan import DEVICE, RunPlan
from core.model.recorded_call import RecordedCall
from core.model.run import Run
from core.model.settings import Settings
from core.model.tensorflow_kinds import Device
from core.model.tracing import MOST_TRACED_STEPS, TraceOptions, Tracing
from core.model.turn import Turn
from core.model.user_code import Opened, UserCode, WatchedFit
from core.records.entries import RunBegun
from core.text.workload_name import names_user_code

_ID = Meta(pattern=r"\A[0-9A-Za-z_-]{1,64}\Z")
"""Ids name files."""
_NUMBER = Meta(ge=0, lt=2**31)
_PLACE = Meta(ge=0, lt=MOST_PLACES)
_SHORT = Meta(max_length=500)
_MOST_GPUS = 64
_MOST_SECONDS = 1e10
"""No step is later: that is three hundred years."""
_MOST_OF_A_READING = 1e18
"""Bytes, seconds, watts: nothing that a machine has is more."""
_MOST_EXAMPLES = 2**40
"""No batch has more, so that sums over any number of steps stay within 64 bits."""
_YEARS = (1970, 9000)

LIMITS: Mapping[tuple[type[Any], str], Meta] = {
    (RunPlan, "id"): _ID,
    (Turn, "group"): _ID,
    (Turn, "repeat"): _PLACE,
    (Turn, "which"): _PLACE,
    (Experiment, "id"): _ID,
    (Experiment, "configurations"): Meta(min_length=1, max_length=MOST_PLACES),
    (Experiment, "repeats"): Meta(ge=0, le=MOST_PLACES),
    (Experiment, "settled_after"): Meta(ge=0, le=MOST_PLACES),
    (RunBegun, "number"): _NUMBER,
    (Run, "number"): _NUMBER,
    (Run, "clock_jumps"): Meta(max_length=MOST_JUMPS),
    (Run, "epoch_losses"): Meta(max_length=2**24),
    (ResourcesAbout, "gpus"): Meta(max_length=_MOST_GPUS),
    (TraceOptions, "steps"): Meta(ge=1, le=MOST_TRACED_STEPS),
    (Tracing, "first"): _NUMBER,
    (Tracing, "steps"): _NUMBER,
    (Tracing, "overhead_s"): Meta(ge=0, le=_MOST_SECONDS),
    (Tracing, "size_bytes"): Meta(ge=0, lt=2**62),
    (UserCode, "fit"): Meta(ge=1),
    (WatchedFit, "fit"): Meta(ge=1),
    (Opened, "stamp"): _SHORT,
    (RecordedCall, "key"): _SHORT,
    (RecordedCall, "method"): _SHORT,
    (RecordedCall, "inside"): _SHORT,
    (RecordedCall, "made_by"): _SHORT,
    (RecordedCall, "path"): Meta(min_length=1, max_length=1_000),
    (RecordedCall, "count"): Meta(ge=0, le=10_000),
    (RecordedCall, "elements"): Meta(ge=-1),
    (RecordedCall, "element_bytes"): Meta(ge=0),
    (Fingerprint, "sums"): Meta(max_length=200),
}
"""By class and field, in place of the usual limit."""


def _plan(plan: RunPlan) -> None:
    if DEVICE not in plan.settings:
        raise ValueError("the plan of a run names no device")
    Device().check(plan.settings[DEVICE])


def _code(code: UserCode) -> None:
    if any("\0" in text for text in (code.file, code.function, *code.arguments)):
        raise ValueError("no file and no argument has a NUL in it")


def _watched(fit: WatchedFit) -> None:
    if any("\0" in text for text in (fit.file, *fit.arguments)):
        raise ValueError("no file and no argument has a NUL in it")


def _call(call: RecordedCall) -> None:
    # A link is made of it.
    if not all(part.isidentifier() for part in call.method.split(".")):
        raise ValueError(f"{call.method[:40]!r} is no method")


def _moment(run: RunBegun | Run | Experiment) -> None:
    # Turned into local time, another year would be no moment any more.
    if run.created and not _YEARS[0] <= datetime.fromisoformat(run.created).year <= _YEARS[1]:
        raise ValueError("its year is out of range")


def _experiment(experiment: Experiment) -> None:
    _moment(experiment)
    if len(experiment.configurations) * experiment.repeats > MOST_PLACES:
        raise ValueError(f"an experiment has more than {MOST_PLACES} runs")
    if (experiment.settled_after or 0) > experiment.repeats:
        raise ValueError("an experiment was settled after more repeats than it has")
    if experiment.workloads:
        if len(experiment.workloads) != len(experiment.configurations):
            raise ValueError("its workloads are not those of its configurations")
        if any(map(names_user_code, experiment.workloads)):
            raise ValueError("another workload of a comparison is not built in")
    for values in experiment.configurations:
        if DEVICE not in values:
            raise ValueError("a configuration names no device")
        Device().check(values[DEVICE])


def _ended(ended: RunEnded) -> None:
    if not ended.state.over:
        raise ValueError(f"a run cannot end as {ended.state}")


def _steps(steps: StepsTaken) -> None:
    times_s, examples = steps.times_s, steps.examples
    if times_s.ndim != 2 or times_s.shape[1] != 3 or examples.shape != times_s.shape[:1]:
        raise ValueError("its steps are not three times and a number of examples each")
    if not len(examples):
        return
    if not np.isfinite(times_s).all() or np.abs(times_s).max() > _MOST_SECONDS:
        raise ValueError("a time of its steps is no number of seconds")
    if examples.min() < 0 or examples.max() > _MOST_EXAMPLES:
        raise ValueError("a batch of its steps has an impossible size")


def _readings(readings: ResourcesSampled) -> None:
    rows, least = readings.rows, Resources.width(None)
    of_gpus = rows.shape[1] - least if rows.ndim == 2 else -1
    if of_gpus < 0 or of_gpus % 3 or of_gpus > 3 * _MOST_GPUS:
        raise ValueError("its readings have an impossible width")
    # NaN stands for what the system does not tell.
    if not np.isfinite(rows[:, 0]).all() or (np.abs(rows) > _MOST_OF_A_READING).any():
        raise ValueError("a reading of its resources is no possible figure")


INTERNED: frozenset[type[Any]] = frozenset({Settings, UserCode})
"""Classes whose equal values in many records are read once and shared."""

CHECKS: Mapping[type[Any], Callable[[Any], None]] = {
    RunPlan: _plan,
    UserCode: _code,
    WatchedFit: _watched,
    RecordedCall: _call,
    RunBegun: _moment,
    Run: _moment,
    Experiment: _experiment,
    RunEnded: _ended,
    StepsTaken: _steps,
    ResourcesSampled: _readings,
}
"""By class: raises ValueError where an instance is not possible."""
