"""Where the rows of a picture stand, folded or unfolded, before scrolling."""

from __future__ import annotations

from collections.abc import Sequence

from core.timeline.rows import Row

AXIS_PX, HEADING_PX, GUTTER_PX = 24, 22, 210


class RowLayout:
    """Rows one below the other; one that is unfolded is followed by its threads.

    Attributes:
        rows: Each with its index among the rows of the timeline; threads have that of their row.
        row_px: Height of a row, in pixels.
    """

    def __init__(self) -> None:
        self.rows: list[tuple[int, Row]] = []
        self.row_px = 1
        self._all: Sequence[Row] = ()
        self._unfolded: set[int] = set()

    def show(self, rows: Sequence[Row]) -> None:
        """Take other rows, all folded."""
        self._all, self._unfolded = rows, set()
        self._lay_out()

    def toggle(self, index: int) -> None:
        """Fold or unfold a row of the timeline, where it has threads."""
        if self._all[index].threads:
            self._unfolded ^= {index}
            self._lay_out()

    def is_unfolded(self, index: int) -> bool:
        """Whether the threads of a row are among the rows."""
        return index in self._unfolded

    @property
    def tops(self) -> list[int]:
        """Where each row begins."""
        tops, top = [], 0
        for _, row in self.rows:
            top += HEADING_PX if row.heading else 0
            tops.append(top)
            top += self.row_px
        return tops

    @property
    def height(self) -> int:
        """Of all rows."""
        tops = self.tops
        return tops[-1] + self.row_px if tops else 0

    def at(self, y: float) -> int | None:
        """Which row is at a height; None for a heading, and outside."""
        rows = (at for at, top in enumerate(self.tops) if top <= y < top + self.row_px)
        return next(rows, None)

    def _lay_out(self) -> None:
        self.rows = []
        for index, row in enumerate(self._all):
            self.rows.append((index, row))
            if index in self._unfolded:
                self.rows += [(index, thread) for thread in row.threads]
