"""The ways to use more than one core for a pipeline: threads, processes, a service, a PyDataset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.model.kinds import AUTOTUNE, OFF, Value
from core.model.settings import Settings
from core.model.stage import Stage
from core.pipeline.graph.graph import PROCESSES

_CALLS = "num_parallel_calls"
_WORKERS = "workers"


@dataclass(frozen=True)
class Way:
    """One way, as settings of a pipeline.

    Attributes:
        id: ``sequential``, ``calls``, ``processes``, ``service`` or ``pydataset``.
        label: What people call it.
        settings: The pipeline that works so.
        python: Whether Python functions gain from it.
        order: Whether elements keep their order.
        workload: Id of the workload that has it; empty for that of the pipeline.
    """

    id: str
    label: str
    settings: Settings
    python: bool
    order: bool
    workload: str = ""


def ways(settings: Settings, cores: int) -> tuple[Way, ...]:
    """Those that a pipeline can have, the sequential one first.

    Args:
        settings: The pipeline; all but parallelism stays.
        cores: Cores to be used; two at least are.
    """
    workers = max(cores, 2)
    return tuple(
        Way(id_, label, settings.with_values(changes), python, order)
        for id_, label, changes, python, order in _ways(settings, workers)
    )


def runs_python(settings: Settings) -> bool:
    """Whether a stage calls Python for each element."""
    return any(stage.runs_python(settings) for stage in settings.chain.stages)


_Changes = Mapping[str, Value]


def _ways(settings: Settings, workers: int) -> Iterator[tuple[str, str, _Changes, bool, bool]]:
    stages = [stage for stage in settings.chain.stages if stage.kind in ("map", "interleave")]
    alone: dict[str, Value] = {
        stage.id(name): OFF
        for stage in stages
        for name in (_CALLS, PROCESSES)
        if stage.id(name) in settings
    }
    service = next((each for each in settings.chain.stages if each.kind == "service"), None)
    if service is not None:
        alone[service.id(_WORKERS)] = OFF
    py_dataset = next((s for s in settings.chain.stages if s.kind == "pydataset"), None)
    if py_dataset is not None:
        yield from _of_py_dataset(py_dataset, workers)
        return
    yield "sequential", "sequential", alone, True, True
    calls: dict[str, Value] = {key: AUTOTUNE for key in alone if key.endswith(f".{_CALLS}")}
    if calls:
        yield "calls", "parallel calls (threads)", {**alone, **calls}, False, True
    python = [stage for stage in stages if stage.runs_python(settings)]
    in_processes: dict[str, Value] = {
        stage.id(PROCESSES): workers for stage in python if stage.id(PROCESSES) in settings
    }
    if in_processes:
        yield "processes", f"{workers} processes", {**alone, **in_processes}, True, True
    if service is not None and not python:
        changes = {**alone, service.id(_WORKERS): workers}
        yield "service", f"tf.data service, {workers} workers", changes, False, False


def _of_py_dataset(stage: Stage, workers: int) -> Iterator[tuple[str, str, _Changes, bool, bool]]:
    number, processes = stage.id(_WORKERS), stage.id("use_multiprocessing")
    yield "sequential", "PyDataset, one worker", {number: 1, processes: False}, True, True
    yield "calls", f"PyDataset, {workers} threads", {number: workers, processes: False}, False, True
    label = f"PyDataset, {workers} processes"
    yield "processes", label, {number: workers, processes: True}, True, True
