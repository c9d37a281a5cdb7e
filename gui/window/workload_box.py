"""The choice of a workload: those that are built in, and files of the person's own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from core.model.to_open import ToOpen
from core.text.workload_name import workload_name
from core.workloads.catalogue import WORKLOADS
from core.workloads.workload import Workload
from gui.state.pipeline_form import PipelineForm
from gui.text_size import px, sized
from gui.user_code.code_opener import CodeOpener
from gui.user_code.source import own_source

_WIDTH = 210
_TIP = Qt.ItemDataRole.ToolTipRole


class WorkloadBox(QComboBox):
    """Lists opened files first, the latest on top; one that is not open yet is opened by it."""

    def __init__(
        self, draft: PipelineForm, opener: CodeOpener, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("help", "concepts.md#the-built-in-workloads")
        self._draft, self._opener = draft, opener
        self._shown: list[Workload] = []
        self.setObjectName("workload")
        self.setAccessibleName("workload")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        sized(self, lambda: self.setFixedWidth(px(_WIDTH)))
        self.activated.connect(self._choose)
        draft.workload_changed.connect(self._note)
        opener.opened.connect(lambda _: self._fill())
        self._note()

    def show_workload(self) -> None:
        """Show the present one."""
        chosen = self._draft.workload
        self.setCurrentIndex(self.findData(chosen.id))
        self.setToolTip(f"{chosen.title}\n{chosen.description}")

    def _note(self) -> None:
        chosen = self._draft.workload
        if chosen.code is not None:
            self._shown = [chosen, *(shown for shown in self._shown if shown.id != chosen.id)]
        self._fill()

    def _fill(self) -> None:
        self.clear()
        open_now = set()
        for opened in self._shown:
            source = own_source(opened)
            # Of a file that was opened again only the latest text counts.
            if source is None or source.wanted in open_now:
                continue
            open_now.add(source.wanted)
            self._add(workload_name(opened.id), opened.id, source.wanted.whole)
        for wanted in self._opener.recent.all:
            if wanted not in open_now:
                about = f"{wanted.whole}\nNot open yet: choosing it opens the file."
                self._add(f"{wanted.short} (open)", wanted, about)
        if self.count():
            self.insertSeparator(self.count())
        for workload in WORKLOADS:
            self._add(workload.id, workload.id, f"{workload.title}\n{workload.description}")
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)
        self.show_workload()

    def _add(self, text: str, data: str | ToOpen, about: str) -> None:
        self.addItem(text, data)
        self.setItemData(self.count() - 1, about, _TIP)

    def _choose(self, row: int) -> None:
        data = self.itemData(row)
        if isinstance(data, ToOpen):
            self._opener.open(data)
            # Until it is open, what is set is what was.
            self.show_workload()
        else:
            self._draft.set_workload(data)
