"""The kept comparisons and sweeps as a list: filter, choose, rename."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from gui.experiments.experiment_delegate import ExperimentDelegate
from gui.experiments.experiments_model import ID_ROLE, ExperimentsModel
from gui.state.app_state import AppState
from gui.state.kept_experiments import KeptExperiments
from gui.state.remembered import KeptValues, Remembered

_WIDTH_PX = 280


class ExperimentList(QWidget):
    """The newest first; one of them is chosen while there is any.

    Attributes:
        view, filter: The list and the field that narrows it down.

    Signals:
        chosen: Another experiment is to be shown: its id, empty for none.
    """

    chosen = Signal(str)

    def __init__(
        self, app_state: AppState, kept: KeptExperiments, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._app_state, self._kept = app_state, kept
        self._id = ""
        self._actions: tuple[QAction, ...] = ()
        self.model = ExperimentsModel(app_state, kept, self)
        self.delegate = ExperimentDelegate(app_state.theme, self)
        self.view = self._make_view()
        self.filter = QLineEdit()
        self.filter.setAcceptDrops(False)
        self.filter.setPlaceholderText("filter")
        self.filter.setToolTip(
            "Show only those that contain all of these words: name, workload, device, settings, "
            "state, verdict"
        )
        self.filter.setAccessibleName("filter of experiments")
        self.filter.setClearButtonEnabled(True)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        heading = QLabel("EXPERIMENTS")
        heading.setProperty("role", "heading")
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addWidget(self._count)
        top.addWidget(self.filter, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        self.setMinimumWidth(200)
        self.filter.textChanged.connect(self._narrow)
        self.model.modelReset.connect(self._restore)
        self.view.selectionModel().currentChanged.connect(self._chosen_here)
        self.view.customContextMenuRequested.connect(self._open_menu)
        Remembered(self, "experiments", self._kept_state, self._restore_state)

    @property
    def chosen_id(self) -> str:
        """Id of the experiment that is chosen; empty for none."""
        return self._id

    def offer(self, actions: tuple[QAction, ...]) -> None:
        """Take over what the right mouse button and the menu key offer."""
        self._actions = actions

    def refresh(self) -> None:
        """Show experiments as they were last looked at."""
        self.model.refresh()
        total, shown = len(self._kept.all), self.model.rowCount()
        self._count.setText(f"{shown} of {total}" if shown != total else str(total))
        if self.model.row_of(self._id) is None:
            self._restore()

    def choose(self, experiment_id: str) -> None:
        """Choose an experiment, also where the filter holds it back."""
        if self.model.row_of(experiment_id) is None and self.filter.text():
            self.filter.clear()
        row = self.model.row_of(experiment_id)
        if row is not None:
            self.view.setCurrentIndex(self.model.index(row))

    def edit_name(self) -> None:
        """Edit the name of the chosen one in its row."""
        index = self.view.currentIndex()
        if index.isValid():
            self.view.setFocus()
            self.view.edit(index)

    def apply(self) -> None:
        """Take on the colours of the theme."""
        self.delegate.theme = self._app_state.theme
        self.view.viewport().update()

    # -- inside -----------------------------------------------------------------------------

    def _make_view(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setItemDelegate(self.delegate)
        view.setAccessibleName("experiments, the newest first")
        view.setUniformItemSizes(True)
        view.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        return view

    def _kept_state(self) -> dict[str, str]:
        return {"chosen": self._id, "filter": self.filter.text()}

    def _restore_state(self, kept: KeptValues) -> None:
        self.filter.setText(kept.text("filter"))
        self.refresh()
        self.choose(kept.text("chosen"))

    def _narrow(self, text: str) -> None:
        self.model.set_filter(text)
        self.refresh()

    def _restore(self) -> None:
        """After the rows changed: the same one again, else the first."""
        row = self.model.row_of(self._id)
        if row is None and self.model.rowCount():
            row = 0
        if row is None:
            self._choose("")
            return
        self.view.setCurrentIndex(self.model.index(row))
        self.view.scrollTo(self.model.index(row))

    def _chosen_here(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self._choose(current.data(ID_ROLE))

    def _choose(self, experiment_id: str) -> None:
        if experiment_id != self._id:
            self._id = experiment_id
            self.chosen.emit(experiment_id)

    def _open_menu(self, where: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        menu.addActions(list(self._actions))
        menu.popup(self.view.viewport().mapToGlobal(where))
