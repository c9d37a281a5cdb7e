"""How wide columns are where there is too little room for all of them."""

from __future__ import annotations

from collections.abc import Mapping


def narrowed(wanted: Mapping[int, int], least: Mapping[int, int], room: int) -> dict[int, int]:
    """Widths of columns, of which the widest give way first.

    Args:
        wanted: What each column would like to have, in pixels.
        least: What those that may be narrower have at least.
        room: How much there is; what comes out is wider where it cannot do with that.
    """
    widths = dict(wanted)
    for most in range(max(wanted.values(), default=0), -1, -1):
        if sum(widths.values()) <= room:
            break
        for column, least_px in least.items():
            widths[column] = min(wanted[column], max(most, least_px))
    return widths
