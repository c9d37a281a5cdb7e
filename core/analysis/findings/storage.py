"""Whether readers overload a storage or leave it idle, by what runs measured."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from core.analysis.findings.finding import PERFORMANCE, Finding, Severity
from core.metrics.catalogue import metric
from core.metrics.metric import Metric
from core.model.kinds import OFF, Value
from core.model.quantity import Source, emulated_in_all, emulated_words, significant
from core.model.run import Run
from core.pipeline.graph.graph import CALLS, Node
from core.pipeline.method import Form
from core.text.plural import plural

_WAIT, _CORES, _THROUGHPUT = (
    metric(key) for key in ("input_wait_percent", "cpu_in_use_cores", "throughput_examples_per_s")
)
_MUCH_WAIT_PERCENT = 10.0
_FEW_CORES = 0.6
"""Of the cores: while a pipeline that is waited for keeps fewer busy, it waits itself."""
_CLEARLY = 1.2
"""Times the throughput: runs of one and the same setting are seldom that far apart."""
_URL = f"{PERFORMANCE}#parallelizing_data_extraction"

_Readers = tuple[float, float]


@dataclass(frozen=True)
class _Group:
    """What runs with the same readers measured.

    Attributes:
        values: The values of the knobs that say how many readers there are.
        runs: These runs.
        throughput: Mean, in examples/s.
    """

    values: Mapping[str, Value]
    runs: Sequence[Run]
    throughput: float


def reader_knobs(node: Node) -> tuple[str, ...]:
    """Ids of the knobs that say how many files a stage reads at the same time."""
    if not (node.method.interleaves or node.method.form is Form.READER):
        return ()
    calls = [node.knobs[name] for name in CALLS if name in node.knobs]
    return (*(node.knobs[name] for name in ("cycle_length",) if name in node.knobs), *calls)


def storage_use(
    node: Node, settings: Mapping[str, Value], alike: Sequence[tuple[Run, Mapping[str, Value]]]
) -> Iterator[Finding]:
    """A storage that more readers make slower, or that fewer leave idle.

    Args:
        node: A stage that reads files.
        settings: What the pipeline is like.
        alike: Runs with the same settings but for the number of readers, with their settings.
    """
    knobs = reader_knobs(node)
    usable = (run.environment.get("cores") for run, _ in alike)
    cores = next((number for number in usable if isinstance(number, int)), 1)
    groups = _groups(knobs, alike, cores)
    readers = _readers(knobs, settings, cores)
    own = groups.pop(readers, None)
    if own is None or not _waits(own.runs):
        return
    fewer = _best(group for key, group in groups.items() if key < readers)
    more = _best(group for key, group in groups.items() if key > readers)
    if fewer is not None and fewer.throughput > _CLEARLY * own.throughput:
        change = _differing(fewer, own)
        yield Finding(
            "storage_overloaded",
            Severity.COSTLY,
            "more readers than the storage can serve",
            f"With {_typed(change)} throughput was {_times(fewer, own)} times as high "
            f"({_source(fewer, own)}). {_idle(own)}: the readers are in each other's way, as on a "
            "disk whose head goes to and fro between files.",
            f"Read fewer files at the same time: {_typed(change)}.",
            node.key,
            node.site,
            change,
            _URL,
            about_time=True,
        )
    elif more is not None and more.throughput > _CLEARLY * own.throughput:
        change = _differing(more, own)
        yield Finding(
            "storage_idle",
            Severity.COSTLY,
            "fewer readers than the storage can serve",
            f"With {_typed(change)} throughput was {_times(more, own)} times as high "
            f"({_source(more, own)}). {_idle(own)}: each reader waits for its own file.",
            f"Read more files at the same time: {_typed(change)}.",
            node.key,
            node.site,
            change,
            _URL,
            about_time=True,
        )
    elif more is None:
        yield Finding(
            "storage_waits",
            Severity.HINT,
            "waits while the cores are idle",
            f"{_idle(own)}: the pipeline waits for its storage, or for something else outside of "
            "this process. Nothing was measured with more readers, so the storage may have more "
            "to give" + (", or fewer readers may get more out of it." if fewer is None else "."),
            "Sweep over the readers ("
            + ", ".join(knobs)
            + "): throughput rises while the storage is not used enough, and falls where it is "
            "overloaded.",
            node.key,
            node.site,
            {},
            _URL,
            about_time=True,
        )


def _best(groups: Iterable[_Group]) -> _Group | None:
    return max(groups, key=lambda group: group.throughput, default=None)


def _groups(
    knobs: Sequence[str], alike: Sequence[tuple[Run, Mapping[str, Value]]], cores: int
) -> dict[_Readers, _Group]:
    runs: dict[_Readers, list[tuple[Run, Mapping[str, Value], float]]] = {}
    for run, values in alike:
        throughput = _THROUGHPUT.of(run).value
        if throughput is not None:
            key = _readers(knobs, values, cores)
            runs.setdefault(key, []).append((run, values, throughput))
    return {
        key: _Group(
            {knob: members[-1][1][knob] for knob in knobs},
            tuple(run for run, _, _ in members),
            mean(throughput for _, _, throughput in members),
        )
        for key, members in runs.items()
    }


def _readers(knobs: Sequence[str], values: Mapping[str, Value], cores: int) -> _Readers:
    """In the order of how many files are read at the same time.

    A parallel interleave opens files for its whole cycle and beyond, whatever its calls are.

    Args:
        knobs: Ids of its cycle length, where it has one, and of its parallel calls.
        values: The settings of a run.
        cores: Of the machine: the cycle length where none is chosen.
    """
    *cycle, calls = knobs
    if values[calls] == OFF:
        return (0.0, 0.0)
    number, length = values[calls], values[cycle[0]] if cycle else 0
    return (
        float(cores if isinstance(length, str) else length),
        math.inf if isinstance(number, str) else float(number),
    )


def _waits(runs: Sequence[Run]) -> bool:
    """Whether the model waited although the pipeline left cores idle."""
    waits, cores = _values(_WAIT, runs), _values(_CORES, runs)
    usable = [run.environment.get("cores") for run in runs]
    known = [float(number) for number in usable if isinstance(number, int)]
    if not waits or not cores or not known:
        return False
    return mean(waits) >= _MUCH_WAIT_PERCENT and mean(cores) < _FEW_CORES * mean(known)


def _values(figure: Metric, runs: Sequence[Run]) -> list[float]:
    values = (figure.of(run).value for run in runs)
    return [value for value in values if value is not None]


def _idle(own: _Group) -> str:
    wait, cores = (
        next(quantity for run in own.runs if (quantity := figure.of(run)).value is not None)
        for figure in (_WAIT, _CORES)
    )
    return (
        f"As it is, the model waits {wait.text()} of the time ({wait.provenance()}) while "
        f"{cores.text()} are busy ({cores.provenance()})"
    )


def _differing(other: _Group, own: _Group) -> dict[str, Value]:
    return {key: value for key, value in other.values.items() if value != own.values[key]}


def _typed(change: Mapping[str, Value]) -> str:
    return ", ".join(f"{key}={value}" for key, value in change.items())


def _times(other: _Group, own: _Group) -> str:
    return significant(other.throughput / own.throughput)


def _source(*groups: _Group) -> str:
    emulated = emulated_in_all(run.emulations for group in groups for run in group.runs)
    counts = " against ".join(plural(len(group.runs), "run") for group in groups)
    return ", ".join(filter(None, (counts, Source.LOOP.value, emulated_words(emulated))))
