"""The runs that were deleted, to bring some of them back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.model.run import Run
from core.text.workload_name import workload_name
from gui.text_size import px
from gui.widgets.fitted_dialog import FittedDialog

_ID = Qt.ItemDataRole.UserRole


class BinDialog(FittedDialog):
    """A list to choose from. Open it with ``open``; it goes away by itself.

    Signals:
        restore_requested: The person pressed Restore: ids of the chosen runs, as a tuple.
    """

    restore_requested = Signal(object)

    def __init__(self, runs: Sequence[Run], parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            runs: The deleted runs, with the names that they have among all others.
            parent: Owner.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Deleted runs")
        self.list = QListWidget()
        self.list.setAccessibleName("deleted runs")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        for run in reversed(runs):
            when = run.created[:16].replace("T", " ")
            what = (run.name, workload_name(run.plan.workload), str(run.state), f"{when} UTC")
            item = QListWidgetItem(" · ".join(what))
            item.setData(_ID, run.id)
            self.list.addItem(item)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.restore = self.buttons.addButton("Restore", QDialogButtonBox.ButtonRole.AcceptRole)
        self.restore.setToolTip("Bring the chosen runs back into the list (Enter)")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(self._tell)
        self.list.itemSelectionChanged.connect(self._show)
        self.list.setCurrentRow(0)
        column = QVBoxLayout(self)
        column.addWidget(self.list, 1)
        column.addWidget(self.buttons)
        self._show()
        # Room for the longest line and the scroll bar beside it.
        bar_px = self.list.verticalScrollBar().sizeHint().width()
        wide = self.list.sizeHintForColumn(0) + bar_px + px(40)
        self.resize(min(max(px(460), wide), px(760)), px(320))

    def _show(self) -> None:
        self.restore.setEnabled(bool(self.list.selectedItems()))

    def _tell(self) -> None:
        self.restore_requested.emit(tuple(item.data(_ID) for item in self.list.selectedItems()))
