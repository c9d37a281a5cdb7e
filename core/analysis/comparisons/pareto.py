"""Which points no other point beats in both of two figures."""

from __future__ import annotations

from collections.abc import Sequence


def pareto_front(gains: Sequence[float], costs: Sequence[float]) -> tuple[int, ...]:
    """Indices of the points of which no other has both more gain and less cost.

    A point also falls behind one that is equal in one of the two and better in the other; of
    points that are equal in both all stay.

    Args:
        gains: What is to be high.
        costs: What is to be low, in the same order.

    Returns:
        Indices, from the lowest cost to the highest.
    """
    order = sorted(range(len(gains)), key=lambda index: (costs[index], -gains[index]))
    front: list[int] = []
    for index in order:
        best = front[-1] if front else None
        if (
            best is None
            or gains[index] > gains[best]
            or (gains[index] == gains[best] and costs[index] == costs[best])
        ):
            front.append(index)
    return tuple(front)
