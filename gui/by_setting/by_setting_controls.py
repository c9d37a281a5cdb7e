"""What the tab "Against settings" can be asked: a row of buttons and a row of lists."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.metrics.catalogue import METRICS
from gui.by_setting.by_setting_model import View
from gui.state.remembered import KeptValues, Remembered
from gui.text_size import px, sized
from gui.widgets.spoken import name_list
from gui.widgets.switch import focus_on_checked
from gui.widgets.wrapped_row import WrappedRow

ALL_RUNS = "all runs shown"
EACH_RUN = "each run"
_ABOUT = {
    View.ONE: "A metric against one knob, with means and intervals; colour by a second knob",
    View.TWO: "A heat map of a metric over two knobs",
    View.ALL: "Every knob that varies as an axis; drag along one to select runs",
    View.MEMORY: "Throughput against peak memory, with the Pareto front",
    View.INFLUENCE: "Which knob mattered most",
}
_HAS_METRIC = (View.ONE, View.TWO, View.ALL, View.INFLUENCE)
HAS_KNOB = (View.ONE, View.TWO)
_SECOND = {View.ONE: "coloured by", View.TWO: "and"}
_NARROWEST_PX, _WIDEST_PX = 110, 270


class BySettingControls(QWidget):
    """Buttons for the ways of looking, and lists of what is looked at.

    Attributes:
        view: The way of looking.
        view_actions: One for each way.

    Signals:
        changed: Something else is asked for.
        view_asked: Another way of looking was chosen, by whatever means.
    """

    changed = Signal()
    view_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = View.ONE
        self._chosen: set[QComboBox] = set()
        self._kept: dict[str, str] = {}
        self.metric_box = self._box("metric", "What is looked at")
        self.knob_box = self._box("setting", "What is on the x axis; those that vary come first")
        self.second_box = self._box("second setting", "What tells colours or rows apart")
        self.scope_box = self._box("runs", "All runs, or those of one comparison or sweep")
        self.workload_box = self._box("workload", "Runs of which workload")
        self.device_box = self._box("device", "Runs on which device; devices are never mixed")
        for metric in METRICS:
            self.metric_box.addItem(metric.label, metric.key)
            self.metric_box.setItemData(
                self.metric_box.count() - 1, metric.help, Qt.ItemDataRole.ToolTipRole
            )
        self.view_actions = self._make_actions()
        self._lay_out()
        Remembered(self, "against settings", self._kept_state, self._restore)

    def _box(self, name: str, tooltip: str) -> QComboBox:
        box = QComboBox()
        name_list(box, name)
        box.setToolTip(tooltip)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        # The window must fit a small screen: a list is narrowed before the window is widened.
        sized(box, lambda: box.setMaximumWidth(px(_WIDEST_PX)))
        box.setMinimumWidth(_NARROWEST_PX)
        box.activated.connect(lambda _: self._chosen.add(box))
        box.currentIndexChanged.connect(lambda _: self.changed.emit())
        return box

    def _make_actions(self) -> dict[View, QAction]:
        group = QActionGroup(self)
        actions: dict[View, QAction] = {}
        for number, view in enumerate(View, start=1):
            made = QAction(f"Against settings: {view.value.lower()}", self)
            made.setIconText(view.value)
            made.setCheckable(True)
            made.setActionGroup(group)
            made.setShortcut(f"Alt+{number}")
            made.setToolTip(f"{_ABOUT[view]} (Alt+{number})")
            made.triggered.connect(lambda _=False, view=view: self.show_view(view))
            actions[view] = made
        actions[self.view].setChecked(True)
        return actions

    def _lay_out(self) -> None:
        top, below = WrappedRow(), WrappedRow()
        for row in (top, below):
            row.set_margins(8, 2, 8, 2)
        buttons = QButtonGroup(self)
        for made in self.view_actions.values():
            button = QToolButton()
            button.setDefaultAction(made)
            button.setProperty("role", "view")
            buttons.addButton(button)
            top.add_widgets((button,))
        focus_on_checked(buttons)
        top.add_right(self.workload_box)
        top.add_widgets((self.device_box,))
        self._against, self._and = QLabel("against"), QLabel("")
        below.add_widgets(
            (self.metric_box, self._against, self.knob_box, self._and, self.second_box)
        )
        below.add_right(self.scope_box)
        self.extra = below
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(below)
        self._show_parts()

    def _show_parts(self) -> None:
        has_knob = self.view in HAS_KNOB
        self.metric_box.setVisible(self.view in _HAS_METRIC)
        for part in (self._against, self.knob_box, self._and, self.second_box):
            part.setVisible(has_knob)
        self._and.setText(_SECOND.get(self.view, ""))

    # -- what is asked --------------------------------------------------------------------

    def show_view(self, view: View) -> None:
        """Look in another way."""
        self.view_actions[view].setChecked(True)
        if view is not self.view:
            self.view = view
            # What was chosen to colour by is seldom what rows of a heat map should be.
            self._chosen.discard(self.second_box)
            self._show_parts()
            self.changed.emit()
        self.view_asked.emit()

    def choose(self, box: QComboBox, data: str) -> bool:
        """Choose from a list as the person would; False where it is not in it."""
        index = box.findData(data)
        if index >= 0:
            self._chosen.add(box)
            box.setCurrentIndex(index)
        return index >= 0

    def _kept_state(self) -> dict[str, object]:
        chosen = {box.accessibleName(): box.currentData() for box in self._chosen}
        return {"view": self.view.value, "chosen": chosen}

    def _restore(self, kept: KeptValues) -> None:
        if (view := kept.text("view")) in set(View):
            # As it is checked, its group tells of the one that was checked before.
            self.view_actions[View(view)].setChecked(True)
            self.view = View(view)
            self._show_parts()
        # The lists are filled once the runs are looked at.
        self._kept = {box: str(data) for box, data in kept.mapping("chosen").items()}

    def forget(self, *boxes: QComboBox) -> None:
        """What was chosen from these lists was for other runs."""
        self._chosen.difference_update(boxes)

    def offer(self, box: QComboBox, choices: Sequence[tuple[str, str]], wanted: str) -> str:
        """List choices; keep what the person chose, else follow what is wanted.

        Returns:
            What is chosen now.
        """
        kept = box.currentData()
        with QSignalBlocker(box):
            present = [(box.itemText(i), box.itemData(i)) for i in range(box.count())]
            if present != list(choices):
                box.clear()
                for text, data in choices:
                    box.addItem(text, data)
                    # The name of a knob is its own; what tf.data calls it is behind it.
                    tip = data if box in (self.knob_box, self.second_box) else ""
                    box.setItemData(box.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
            if box.accessibleName() in self._kept:
                kept = self._kept.pop(box.accessibleName())
                self._chosen.add(box)
            chosen = box.findData(kept) if box in self._chosen else -1
            if chosen < 0:
                self._chosen.discard(box)
                chosen = max(box.findData(wanted), 0)
            box.setCurrentIndex(chosen)
        return str(box.currentData() or "")
