"""Events as payloads of records, and back. No pickle: what is read may come from anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model import checked
from core.model.events import (
    ClockJumped,
    DataSeen,
    EnvironmentSeen,
    EpochBegan,
    EpochEnded,
    Event,
    Phase,
    PhaseStarted,
    PipelineSampled,
    Progressed,
    ResourcesDescribed,
    ResourcesSampled,
    RunEnded,
    RunPrepared,
    StepsTaken,
    StopAdvanced,
    StopStage,
)
from core.model.resources import GpuReading, ResourceReading
from core.model.run import RunState
from core.records.payload import pack, unpack
from core.records.values import (
    MOST_GPUS,
    about_from,
    failure_from,
    fingerprint_from,
    prepared_from,
    reading_fields,
    reading_from,
)

Head = Mapping[str, Any]
Arrays = list[NDArray[Any]]
KIND = "is"
"""The key of a head that says what the record is."""
_OF_A_READING = 6
_OF_A_GPU = 3
MOST_SECONDS = 1e10
"""No step is later: that is three hundred years."""
MOST_OF_A_READING = 1e18
"""Bytes, seconds, watts: nothing that a machine has is more."""
MOST_EXAMPLES = 2**40
"""No batch has more, so that sums over any number of steps stay within 64 bits."""


def encode(event: Event) -> bytes:
    """The payload of an event."""
    match event:
        case PhaseStarted():
            return pack({KIND: "phase", "phase": event.phase.name, "at_s": event.at_s})
        case Progressed():
            return pack({KIND: "progress", "fraction": event.fraction, "text": event.text})
        case EnvironmentSeen():
            return pack({KIND: "environment", "environment": dict(event.environment)})
        case RunPrepared():
            return pack({KIND: "prepared", "prepared": asdict(event.prepared)})
        case EpochBegan():
            return pack({KIND: "epoch began", "epoch": event.epoch})
        case StepsTaken():
            return pack({KIND: "steps", "loss": event.loss}, event.times_s, event.examples)
        case ClockJumped():
            return pack({KIND: "clock", "step": event.step, "by_s": event.by_s})
        case PipelineSampled():
            return pack({KIND: "pipeline", "reading": reading_fields(event.reading)})
        case ResourcesDescribed():
            return pack({KIND: "resources about", "about": asdict(event.about)})
        case ResourcesSampled():
            rows = np.array([one.row() for one in event.readings], np.float64)
            return pack({KIND: "resources"}, rows)
        case DataSeen():
            return pack({KIND: "data", "fingerprint": asdict(event.fingerprint)})
        case EpochEnded():
            return pack({KIND: "epoch ended", "epoch": event.epoch, "loss": event.loss})
        case StopAdvanced():
            return pack({KIND: "stop", "stage": event.stage.name})
        case RunEnded():
            failure = None if event.failure is None else asdict(event.failure)
            return pack(
                {
                    KIND: "ended",
                    "state": event.state.value,
                    "failure": failure,
                    "fit_wall_s": event.fit_wall_s,
                    "time_to_first_batch_s": event.time_to_first_batch_s,
                }
            )


def decode(payload: bytes) -> Event:
    """The event of a payload.

    Raises:
        ValueError: It holds none that this version knows; says why.
    """
    return event_from(*unpack(payload))


def knows(kind: object) -> bool:
    """Whether a record says that it is an event of a kind that this version knows."""
    return isinstance(kind, str) and kind in _MAKE


def event_from(head: Head, arrays: Arrays) -> Event:
    """The event of a payload that was taken apart.

    Raises:
        ValueError: It holds none that this version knows; says why.
    """
    kind = head.get(KIND)
    make = _MAKE.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise ValueError(f"a record of an unknown kind ({str(kind)[:40]!r})")
    try:
        return make(head, arrays)
    except (LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"a record ({kind}) lacks something ({error})") from error


def _steps(head: Head, arrays: Arrays) -> Event:
    times, examples = arrays
    if times.ndim != 2 or times.shape[1] != 3 or examples.shape != times.shape[:1]:
        raise ValueError("its steps are not three times and a number of examples each")
    check_steps(times, examples)
    return StepsTaken(
        times.astype(np.float64, copy=False),
        examples.astype(np.int64, copy=False),
        checked.loss(head["loss"]),
    )


def check_steps(times_s: NDArray[Any], examples: NDArray[Any]) -> None:
    """Make sure that these can have been measured.

    Raises:
        ValueError: A time is no number of seconds, or a batch has an impossible size.
    """
    if times_s.dtype.kind != "f" or examples.dtype.kind != "i":
        raise ValueError("its steps are not times and whole numbers of examples")
    if not len(examples):
        return
    if not np.isfinite(times_s).all() or np.abs(times_s).max() > MOST_SECONDS:
        raise ValueError("a time of its steps is no number of seconds")
    if examples.min() < 0 or examples.max() > MOST_EXAMPLES:
        raise ValueError("a batch of its steps has an impossible size")


def _resources(head: Head, arrays: Arrays) -> Event:
    (rows,) = arrays
    if rows.ndim != 2 or rows.shape[1] < _OF_A_READING or (rows.shape[1] - 6) % _OF_A_GPU:
        raise ValueError("its readings have an impossible width")
    if rows.shape[1] > _OF_A_READING + MOST_GPUS * _OF_A_GPU:
        raise ValueError("its readings are of more GPUs than a machine has")
    check_readings(rows)
    return ResourcesSampled(tuple(_reading(row) for row in rows.tolist()))


def check_readings(rows: NDArray[Any]) -> None:
    """Make sure that these can have been read; NaN stands for what the system does not tell.

    Raises:
        ValueError: A moment is none, or a figure is infinite.
    """
    at_s = rows[:, 0]
    if not np.isfinite(at_s).all() or (np.abs(rows) > MOST_OF_A_READING).any():
        raise ValueError("a reading of its resources is no possible figure")


def _reading(row: list[float]) -> ResourceReading:
    gpus = (row[at : at + _OF_A_GPU] for at in range(_OF_A_READING, len(row), _OF_A_GPU))
    at_s, cpu_s, busy_s, resident, available, read = row[:_OF_A_READING]
    found = tuple(GpuReading(*gpu) for gpu in gpus)
    return ResourceReading(at_s, cpu_s, busy_s, resident, available, read, found)


def _environment(head: Head, arrays: Arrays) -> Event:
    return EnvironmentSeen(checked.values(head["environment"]))


def _ended(head: Head, arrays: Arrays) -> Event:
    failure = head["failure"]
    return RunEnded(
        RunState(head["state"]),
        None if failure is None else failure_from(failure),
        checked.number_or_none(head["fit_wall_s"]),
        checked.number_or_none(head["time_to_first_batch_s"]),
    )


def _progressed(head: Head, arrays: Arrays) -> Event:
    return Progressed(checked.number(head["fraction"]), checked.text(head["text"]))


_MAKE: Mapping[str, Callable[[Head, Arrays], Event]] = {
    "phase": lambda head, _: PhaseStarted(Phase[head["phase"]], checked.number(head["at_s"])),
    "progress": _progressed,
    "environment": _environment,
    "prepared": lambda head, _: RunPrepared(prepared_from(head["prepared"])),
    "epoch began": lambda head, _: EpochBegan(checked.whole(head["epoch"])),
    "steps": _steps,
    "clock": lambda head, _: ClockJumped(int(head["step"]), float(head["by_s"])),
    "pipeline": lambda head, _: PipelineSampled(reading_from(*head["reading"])),
    "resources about": lambda head, _: ResourcesDescribed(about_from(head["about"])),
    "resources": _resources,
    "data": lambda head, _: DataSeen(fingerprint_from(head["fingerprint"])),
    "epoch ended": lambda head, _: EpochEnded(
        checked.whole(head["epoch"]), checked.loss(head["loss"])
    ),
    "stop": lambda head, _: StopAdvanced(StopStage[head["stage"]]),
    "ended": _ended,
}
