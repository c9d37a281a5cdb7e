"""One picture of a trace, or two over each other in the same time scale."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from core.timeline.rows import RowStatistics, Timeline, statistics
from gui.theme import Theme
from gui.timeline.time_window import TimeWindow
from gui.timeline.timeline_view import TimelineView


class PicturePair(QSplitter):
    """Zooms and selects in both at once; their first steps begin at the same place.

    Attributes:
        view: The picture above, or the only one.
        other: The picture below; hidden while there is one.

    Signals:
        selected: Another stretch is selected, or none.
    """

    selected = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._seen = TimeWindow()
        self.view, self.other = TimelineView(theme, self._seen), TimelineView(theme, self._seen)
        self.other.setAccessibleName("second timeline")
        self.setChildrenCollapsible(False)
        for view, beside in ((self.view, self.other), (self.other, self.view)):
            self.addWidget(view)
            view.moved.connect(beside.viewport().update)
            view.selected.connect(lambda view=view, beside=beside: self._select(view, beside))
        self.other.hide()

    def show_timeline(self, timeline: Timeline) -> None:
        """Show one picture, all of it."""
        self.view.name = ""
        self.other.hide()
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.view.show_timeline(timeline)

    def show_both(self, first: Timeline, second: Timeline, names: tuple[str, str]) -> None:
        """Show two pictures, all of both; the second is moved to where the first begins."""
        second = second.shifted(_begin_s(first) - _begin_s(second))
        for view, timeline, name in zip(
            (self.view, self.other), (first, second), names, strict=True
        ):
            view.name = name
            # Both are as wide, whether their rows have to be scrolled or not.
            view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
            view.show_timeline(timeline)
        self.other.show()
        spans = (first.span_s, second.span_s)
        self._seen.set_whole(min(span[0] for span in spans), max(span[1] for span in spans))

    @property
    def statistics(self) -> list[RowStatistics]:
        """What the rows in sight did in the selected time; empty where none is selected."""
        chosen = self.view.selection
        if chosen is None:
            return []
        views = (self.view, self.other) if self.other.isVisibleTo(self) else (self.view,)
        rows = [(view.name, statistics(row, *chosen)) for view in views for row in view.rows]
        return [
            replace(row, label=f"{name}: {row.label}") if name else row
            for name, row in rows
            if row.count
        ]

    def mark(self, text: str) -> None:
        """Let events stand out whose names hold a text."""
        for view in (self.view, self.other):
            view.mark(view.timeline.matches(text))

    def go_match(self) -> bool:
        """Bring the next marked event into the middle; whether there is one."""
        return self.view.go_match() or self.other.go_match()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.view.set_theme(theme)
        self.other.set_theme(theme)

    def _select(self, view: TimelineView, beside: TimelineView) -> None:
        if beside.selection != view.selection:
            beside.selection = view.selection
            beside.viewport().update()
        self.selected.emit()


def _begin_s(timeline: Timeline) -> float:
    """Where its first step begins, else its first event."""
    return float(timeline.steps_s[0, 0]) if len(timeline.steps_s) else timeline.span_s[0]
