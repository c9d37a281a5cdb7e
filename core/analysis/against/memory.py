"""Throughput against peak memory, and which configurations no other one beats in both."""

from __future__ import annotations

from dataclasses import dataclass

from core.analysis.against.gathered import Gathered, Mean, Texts
from core.analysis.pareto import pareto_front
from core.model.plural import plural


@dataclass(frozen=True)
class Trade:
    """One configuration.

    Attributes:
        memory: Its peak memory.
        speed: Its throughput.
        front: Whether no other configuration is both faster and smaller.
        name: Its settings that differ from the others', in short.
        values: The same as ``(knob, value)``.
        run_ids: Its runs that have either figure.
    """

    memory: Mean
    speed: Mean
    front: bool
    name: str
    values: Texts
    run_ids: tuple[str, ...]


@dataclass(frozen=True)
class Memory:
    """What the plot shows.

    Attributes:
        trades: The configurations, the smallest first.
        front: Indices of those on the Pareto front, the smallest first.
        notes: What must be known to read it, in sentences.
    """

    trades: tuple[Trade, ...] = ()
    front: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def speed_and_memory(speed: Gathered, memory: Gathered) -> Memory:
    """Put throughput and peak memory of the same runs together by configuration.

    A configuration is on the Pareto front where no other has at least its throughput with at most
    its memory and is better in one of them; by the means, whose differences may be noise.

    Args:
        speed: Throughput of the runs.
        memory: Peak memory of the same runs.
    """
    sizes = {one.frozen: one for one in memory.configurations}
    both = [(one, size) for one in speed.configurations if (size := sizes.get(one.frozen))]
    found = sorted(
        ((memory.mean((size,)), speed.mean((one,)), one) for one, size in both),
        key=lambda item: (item[0].value, -item[1].value),
    )
    front = pareto_front(
        [faster.value for _, faster, _ in found], [size.value for size, _, _ in found]
    )
    trades = tuple(
        Trade(
            size,
            speedy,
            index in front,
            speed.described(one.values),
            speed.texts(one.values, speed.varied_keys),
            tuple(dict.fromkeys((*speedy.run_ids, *size.run_ids))),
        )
        for index, (size, speedy, one) in enumerate(found)
    )
    notes = []
    if trades:
        notes.append(speed.interval_note())
    unread = len(speed.configurations) - len(trades)
    if unread:
        notes.append(f"Left out: {plural(unread, 'configuration')} without a reading of memory.")
    if trades:
        notes.append(
            "Peak memory is that of the whole process: TensorFlow, the window and what earlier "
            "runs left behind are in it."
        )
    return Memory(trades, front, tuple(note for note in (*notes, *speed.notes()) if note))
