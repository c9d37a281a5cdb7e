"""Finds room for the names of points, in pixels."""

from __future__ import annotations

from collections.abc import Sequence

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_CLEAR = 12.0
"""How far a label stands off its point: outside the ring of one that is selected."""


def place_labels(
    points: Sequence[tuple[float, float]],
    sizes: Sequence[tuple[float, float]],
    bounds: tuple[float, float],
) -> tuple[tuple[float, float] | None, ...]:
    """Where each point's label goes so that none covers another label or a point.

    Args:
        points: Middle of each point.
        sizes: Width and height of each label; with fewer of them than points only the first
            points have labels, and the others are kept clear.
        bounds: Width and height of what is seen.

    Returns:
        Left upper corner of each label; None where there is no room for it.
    """
    taken: list[Box] = [(x - 6, y - 6, x + 6, y + 6) for x, y in points]
    places: list[tuple[float, float] | None] = []
    for (x, y), (width, height) in zip(points, sizes, strict=False):
        spots = (
            (x + _CLEAR, y - height / 2),
            (x - _CLEAR - width, y - height / 2),
            (x - width / 2, y - _CLEAR - height),
            (x - width / 2, y + _CLEAR),
            # Near a border: above or below, moved along until it fits.
            (min(max(x - width / 2, 0.0), bounds[0] - width), y - _CLEAR - height),
            (min(max(x - width / 2, 0.0), bounds[0] - width), y + _CLEAR),
            (x + _CLEAR, min(max(y - height / 2, 0.0), bounds[1] - height)),
            (x - _CLEAR - width, min(max(y - height / 2, 0.0), bounds[1] - height)),
        )
        free = next((spot for spot in spots if _free(spot, (width, height), taken, bounds)), None)
        places.append(free)
        if free is not None:
            taken.append((free[0], free[1], free[0] + width, free[1] + height))
    return tuple(places)


def _free(
    spot: tuple[float, float],
    size: tuple[float, float],
    taken: Sequence[Box],
    bounds: tuple[float, float],
) -> bool:
    left, top = spot
    right, bottom = left + size[0], top + size[1]
    if left < 0 or top < 0 or right > bounds[0] or bottom > bounds[1]:
        return False
    return all(
        right <= box[0] or left >= box[2] or bottom <= box[1] or top >= box[3] for box in taken
    )
