"""One finding: how grave, where, why, what was measured, and the button that mends it."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.analysis.findings import Finding
from core.model.environment import far_name
from gui.state.stage_place import StagePlace
from gui.text_size import px, sized
from gui.theme import Theme
from gui.widgets.markup import with_markup
from gui.widgets.place_link import PlaceLink
from gui.widgets.wrapped_label import WrappedLabel

_MARKS = {
    "wrong": "\N{BLACK DIAMOND}",
    "costly": "\N{BLACK UP-POINTING TRIANGLE}",
    "hint": "\N{WHITE CIRCLE}",
}


class FindingCard(QFrame):
    """Shows a finding.

    Attributes:
        set_button: Sets what mends it; hidden where no setting does.

    Signals:
        wanted: The change is to be set: the finding.
        stage_wanted: The keyboard is to go to its stage: the stage's id.
    """

    wanted = Signal(object)
    stage_wanted = Signal(str)

    def __init__(
        self,
        finding: Finding,
        change: str,
        theme: Theme,
        parent: QWidget | None = None,
        machine: str = "",
    ) -> None:
        """Show a finding.

        Args:
            finding: What was found.
            change: The settings that mend it, in words; empty where none does.
            theme: Its colours.
            parent: Where it stands.
            machine: Where the code is; empty for this machine.
        """
        super().__init__(parent)
        self.finding, self._machine = finding, machine
        self.setObjectName("finding")
        self.setAccessibleName(f"{finding.severity}: {finding.title}, {finding.where}")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 8, 8)
        column.setSpacing(3)
        column.addLayout(self._head(finding))
        column.addWidget(_words(finding.why))
        column.addWidget(_words(finding.remedy))
        for sentence in finding.measured.sentences() if finding.measured else ():
            column.addWidget(_words(f"Measured: {sentence}", "strong"))
        row = QHBoxLayout()
        self.set_button = QPushButton("Set it")
        self.set_button.setAccessibleName(f"set {change}")
        self.set_button.setToolTip("Set it in the form; nothing runs by that")
        self.set_button.clicked.connect(lambda _=False: self.wanted.emit(finding))
        row.addWidget(self.set_button)
        settings = QLabel(change)
        settings.setToolTip(finding.change_text)
        settings.setProperty("role", "muted")
        settings.setWordWrap(True)
        row.addWidget(settings, 1)
        link = with_markup(QLabel())
        if finding.url:
            style = f"color: {theme.accent}"
            link.setText(f'<a href="{escape(finding.url)}" style="{style}">documentation</a>')
            link.setToolTip(f"{finding.url}\nOpens in the browser.")
            link.setOpenExternalLinks(True)
        row.addWidget(link)
        column.addLayout(row)
        # Only now: what is shown without a parent is a window of its own.
        self.set_button.setVisible(bool(finding.change))

    def _head(self, finding: Finding) -> QHBoxLayout:
        row = QHBoxLayout()
        grave = QLabel(f"{_MARKS[finding.severity.value]} {finding.severity.value}")
        grave.setProperty("role", "error" if finding.severity.value == "wrong" else "strong")
        sized(grave, lambda: grave.setFixedWidth(px(66)))
        row.addWidget(grave)
        title = QLabel(finding.title[:1].upper() + finding.title[1:])
        title.setProperty("role", "sentence")
        title.setWordWrap(True)
        row.addWidget(title, 1)
        if finding.site is not None:
            file = Path(far_name(self._machine, finding.site.file))
            place = StagePlace(finding.where, file, finding.site.line)
            row.addWidget(PlaceLink(place), 0, Qt.AlignmentFlag.AlignTop)
        else:
            where = QLabel(finding.where)
            where.setProperty("role", "muted")
            row.addWidget(where)
        return row


def _words(text: str, role: str = "") -> QLabel:
    label = WrappedLabel(text)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        label.setProperty("role", role)
    return label
