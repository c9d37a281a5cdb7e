"""Where runs took place, side by side: device, versions, machine, and what ran the training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.model.environment import seen_of
from core.model.kinds import Value
from core.model.quantity import significant
from core.model.run import Run

NOT_SEEN = "not known"
"""Of a run that ended before it was looked at; it counts as neither alike nor unlike."""

_LABELS = {
    "python": "Python",
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "numpy": "NumPy",
    "memory_bytes": "memory (GB)",
    "gpus": "GPUs",
}


@dataclass(frozen=True)
class EnvironmentRow:
    """One thing about where the runs took place; ``values`` in the order of the runs."""

    label: str
    values: tuple[str, ...]
    differs: bool


def environment_rows(runs: Sequence[Run]) -> tuple[EnvironmentRow, ...]:
    """The device of each run, then everything that was seen of its environment."""
    keys = dict.fromkeys(key for run in runs for key in run.environment)
    devices = tuple(run.plan.device for run in runs)
    return (
        EnvironmentRow("device", devices, len(set(devices)) > 1),
        *(_row(key, [run.environment for run in runs]) for key in keys),
    )


def _row(key: str, environments: Sequence[Mapping[str, Value]]) -> EnvironmentRow:
    # One that has none of it at all was never looked at.
    known = [seen_of(environment, key) for environment in environments if environment]
    differs = len(set(known)) > 1
    write = _writer(key, known)
    values = tuple(
        write(seen_of(environment, key)) if environment else NOT_SEEN
        for environment in environments
    )
    return EnvironmentRow(_LABELS.get(key, key.replace("_", " ")), values, differs)


def _writer(key: str, known: Sequence[Value]) -> Callable[[Value], str]:
    """How values of a row are written: so that those that differ do not look alike."""

    def in_gb(value: Value) -> str:
        return significant(float(value) / 1e9) if isinstance(value, int | float) else str(value)

    if key == "memory_bytes":
        if len(set(map(in_gb, known))) == len(set(known)):
            return in_gb
        return lambda value: f"{int(value) / 1e9}" if isinstance(value, int) else str(value)
    return str
