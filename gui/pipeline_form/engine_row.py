"""Where the next run trains: the choice, and why it is as it is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.model.plan import PROCESS
from gui.running.engine_chooser import CHOICES, EngineChooser
from gui.running.engine_words import AUTOMATIC, CHOICE_HELP, choice_text
from gui.text_size import sized
from gui.widgets.elided_label import ElidedLabel

_BOX_TIP = "Where model.fit runs, for runs that are started from now on"


class EngineRow(QWidget):
    """Stands at the foot of the pipeline.

    Attributes:
        box: The choice of the engine.
        why: Why it is what it is; it keeps its place where nothing is to be said.
    """

    def __init__(self, chooser: EngineChooser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("help", "concepts.md#engines")
        self.setObjectName("foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._chooser = chooser
        self.box = QComboBox()
        self.box.setObjectName("engine")
        self.box.setAccessibleName("engine")
        narrow = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.box.setSizeAdjustPolicy(narrow)
        self.box.setMinimumContentsLength(12)
        for choice in CHOICES:
            self.box.addItem(choice_text(choice), choice)
            self.box.setItemData(
                self.box.count() - 1, CHOICE_HELP[choice], Qt.ItemDataRole.ToolTipRole
            )
        self.why = ElidedLabel()
        self.why.ensurePolished()
        sized(self.why, lambda: self.why.setFixedHeight(self.why.fontMetrics().height()))
        self.why.setProperty("role", "muted")
        self.why.setAccessibleDescription("why this engine")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 5, 4, 2)
        column.setSpacing(2)
        self.add("engine", self.box)
        column.addWidget(self.why)
        self.box.activated.connect(lambda index: chooser.want(self.box.itemData(index)))
        chooser.changed.connect(self._show)
        self._show()

    def add(self, name: str, box: QComboBox) -> None:
        """Put a choice below those that are there, with its name before it."""
        label = QLabel(name)
        label.setProperty("role", "muted")
        label.setBuddy(box)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(box, 1)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.addLayout(row)

    def _show(self) -> None:
        chooser = self._chooser
        means = choice_text(chooser.automatic.engine)
        self.box.setItemText(CHOICES.index(AUTOMATIC), f"{AUTOMATIC} ({means})")
        shown = PROCESS if chooser.always else chooser.wanted
        self.box.setEnabled(not chooser.always)
        self.box.setCurrentIndex(CHOICES.index(shown))
        self.box.setToolTip(f"{_BOX_TIP}.\n\n{CHOICE_HELP[shown]}")
        self.why.setText(chooser.why())
