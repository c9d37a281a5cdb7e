"""The headline of a plot: one glance, one answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.run_plots.plot import Headline
from gui.theme import tabular
from gui.widgets.elided_label import ElidedLabel


class HeadlineLabel(QWidget):
    """Title, value in large type, detail beside it, and source at the right.

    Attributes:
        value: The label of the value.
        detail: The label of the words beside it.
        source: The label that says where the number comes from.
    """

    def __init__(self, title: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.setToolTip(tooltip)
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        heading.setToolTip(tooltip)
        self.value, self.detail, self.source = QLabel(), ElidedLabel(), ElidedLabel()
        self.value.setProperty("role", "headline")
        self.source.setProperty("role", "muted")
        self.source.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for label in (self.value, self.detail):
            label.setFont(tabular(label.font()))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(10)
        row.addWidget(heading)
        row.addWidget(self.value)
        # The detail answers "why"; where room is short, the source gives way first.
        self.source.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row.addWidget(self.detail)
        row.addWidget(self.source, 1)

    def show_headline(self, headline: Headline) -> None:
        """Show another headline."""
        if headline.value != self.value.text():
            self.value.setText(headline.value)
            self._keep_width()
        self.detail.setText(headline.detail)
        self.source.setText(headline.source)
        spoken = ", ".join(part for part in (headline.value, headline.detail) if part)
        source = f" ({headline.source})" if headline.source else ""
        self.setAccessibleName(f"{self._title}: {spoken}{source}")

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew in another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.value.setMinimumWidth(0)

    def _keep_width(self) -> None:
        # It may grow but not shrink, or the words beside it would jump at every refresh.
        wanted = self.value.sizeHint().width()
        if wanted > self.value.minimumWidth():
            self.value.setMinimumWidth(wanted)
