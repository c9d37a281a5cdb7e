"""A metric of the recorded runs against one of their settings."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.metrics.catalogue import METRICS, metric
from core.metrics.metric import Better
from core.model.errors import InputError
from core.model.kinds import Value, emulated_ms
from core.model.run import Run
from core.pipeline.fit import Fit
from core.workloads.catalogue import workload
from gui.notifier import Notifier
from gui.plots.against_plot import Candidate, against_info, varied
from gui.widgets.against_view import AgainstView
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.picture import add_picture_actions

NOTHING_YET = (
    "No run to compare yet. Press Run (Ctrl+R), change one setting and run again: "
    "each run becomes a point over its value of that setting."
)
NO_POINT = "None of these runs can be shown here."
EVERY_DEVICE = "every device"

_DEVICE = Fit().id("device")


class AgainstPanel(QWidget):
    """Which metric against which knob, for which workload and device; the plot; a note.

    Signals:
        refreshed: What is shown is up to date.
    """

    refreshed = Signal()

    def __init__(self, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notifier = notifier
        self._values: dict[str, dict[str, Value]] = {}
        self._chosen: set[QComboBox] = set()
        self.metric_box = self._box("metric", "What is on the y axis")
        self.knob_box = self._box("setting", "What is on the x axis; those that vary come first")
        self.workload_box = self._box("workload", "Runs of which workload")
        self.device_box = self._box("device", "Runs on which device; devices are never mixed")
        self.metric_box.setMaximumWidth(170)
        for one in METRICS:
            self.metric_box.addItem(one.label, one.key)
            self.metric_box.setItemData(
                self.metric_box.count() - 1, one.help, Qt.ItemDataRole.ToolTipRole
            )
        self.view = AgainstView(notifier.theme)
        self.view.picked.connect(lambda run_id: notifier.select((run_id,)))
        self.view.customContextMenuRequested.connect(
            lambda position: self._open_menu(self.view.mapToGlobal(position))
        )
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setAccessibleName("what must be known to read the plot")
        self.source = ElidedLabel()
        self.source.setProperty("role", "muted")
        self.empty = QLabel(NOTHING_YET)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.empty.setProperty("role", "muted")
        self._lay_out()
        for signal in (notifier.runs_changed, notifier.selection_changed):
            signal.connect(self.refresh)
        notifier.theme_changed.connect(self._take_on_theme)

    def _box(self, name: str, tooltip: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setToolTip(tooltip)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.activated.connect(lambda _: self._chosen.add(box))
        box.currentIndexChanged.connect(lambda _: self.refresh())
        return box

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        parts = (
            ("", self.metric_box),
            ("against", self.knob_box),
            ("of", self.workload_box),
            ("on", self.device_box),
        )
        for word, box in parts:
            if word:
                row.addWidget(QLabel(word))
            row.addWidget(box)
        row.addStretch(1)
        plot = QWidget()
        below = QVBoxLayout(plot)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.view, 1)
        for label in (self.note, self.source):
            label.setContentsMargins(8, 0, 8, 2)
            below.addWidget(label)
        self.picture = plot
        self.picture.setAccessibleName("metric against setting")
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(row)
        page.addWidget(plot, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)

    # -- what it can be asked for ---------------------------------------------------------

    def choose(self, *, knob: str | None = None, metric_key: str | None = None) -> None:
        """Show another knob or metric, as if it had been picked from its list."""
        for box, key in ((self.knob_box, knob), (self.metric_box, metric_key)):
            if key is not None and (index := box.findData(key)) >= 0:
                self._chosen.add(box)
                box.setCurrentIndex(index)

    def refresh(self) -> None:
        """Show the runs as they stand. What is hidden is refreshed when it is shown."""
        if not self.isVisible():
            return
        runs = [run for run in self._notifier.shown_runs if self._candidate(run) is not None]
        self._pages.setCurrentWidget(self._page if runs else self.empty)
        if runs:
            self._offer_workloads(runs)
            self._show(runs)
        self.refreshed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while it was not seen."""
        super().showEvent(event)
        self.refresh()

    # -- inside ---------------------------------------------------------------------------

    def _candidate(self, run: Run) -> Candidate | None:
        known = self._values.get(run.id)
        if known is None:
            try:
                # A plan never changes, and reading it takes long where there are many runs.
                known = self._values[run.id] = dict(self._notifier.session.settings_of(run)[1])
            except InputError:
                # Its workload or one of its values does not exist any more.
                known = self._values[run.id] = {}
        return Candidate(run, known) if known else None

    def _offer_workloads(self, runs: list[Run]) -> None:
        focus = self._notifier.focus
        shown = focus if focus is not None and any(r.id == focus.id for r in runs) else runs[-1]
        names = list(dict.fromkeys(run.plan.workload for run in runs))
        self._offer(
            self.workload_box,
            [(workload(name).title, name) for name in names],
            shown.plan.workload,
        )
        of_workload = [run for run in runs if run.plan.workload == self.workload_box.currentData()]
        self._offer_knobs([one for run in of_workload if (one := self._candidate(run))])
        by_device = self.knob_box.currentData() == _DEVICE
        devices = list(dict.fromkeys(run.plan.device for run in of_workload))
        choices = [(EVERY_DEVICE, "")] if by_device else [(_words(d), d) for d in devices]
        self._offer(self.device_box, choices, shown.plan.device)
        self.device_box.setEnabled(not by_device)

    def _offer_knobs(self, candidates: list[Candidate]) -> None:
        knobs = workload(self.workload_box.currentData()).chain.knobs
        counts = {key: count for key, count in varied(candidates).items() if key in knobs}
        rest = [key for key in knobs if key not in counts]
        choices = [(f"{key} ({count} values)", key) for key, count in counts.items()]
        choices += [(key, key) for key in rest]
        best = max(counts, key=lambda key: counts[key], default=rest[0])
        self._offer(self.knob_box, choices, best)

    def _offer(self, box: QComboBox, choices: list[tuple[str, str]], wanted: str) -> None:
        """List choices; keep what the person chose, else follow what is wanted."""
        kept = box.currentData()
        with QSignalBlocker(box):
            present = [(box.itemText(i), box.itemData(i)) for i in range(box.count())]
            if present != choices:
                box.clear()
                for text, data in choices:
                    box.addItem(text, data)
            chosen = box.findData(kept) if box in self._chosen else -1
            if chosen < 0:
                self._chosen.discard(box)
                chosen = max(box.findData(wanted), 0)
            box.setCurrentIndex(chosen)

    def _show(self, runs: list[Run]) -> None:
        name, device = self.workload_box.currentData(), self.device_box.currentData()
        key = self.knob_box.currentData()
        one = metric(self.metric_box.currentData())
        candidates = [
            candidate
            for run in runs
            if run.plan.workload == name
            and (not device or run.plan.device == device)
            and (candidate := self._candidate(run))
        ]
        knobs = workload(name).chain.knobs
        info = against_info(candidates, key, one, knobs)
        unit = f" ({one.unit})" if one.unit else ""
        good = "higher is better" if one.better is Better.HIGHER else "lower is better"
        selected = frozenset(run.id for run in self._notifier.selection)
        self.view.show_info(info, (key, f"{one.label}{unit}"), one.unit, selected)
        self.view.setAccessibleName(f"{one.label}{unit} against {key}")
        note = info.note(key)
        self.note.setText(note if info.points else f"{NO_POINT} {note}")
        self.note.setVisible(bool(self.note.text()))
        line = "short line: mean of the runs that share a value" if info.means else ""
        self.source.setText(" · ".join(part for part in (good, line, info.source) if part))

    def _take_on_theme(self) -> None:
        self.view.apply(self._notifier.theme)
        self.refresh()

    def menu(self) -> QMenu:
        """What the right mouse button and the menu key offer on the plot."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_picture_actions(menu, self.picture, self._notifier, "against-settings")
        return menu

    def _open_menu(self, position: QPoint) -> None:
        self.menu().popup(position)


def _words(device: str) -> str:
    ms = emulated_ms(device)
    return device if ms is None else f"emulated {ms:g} ms"
