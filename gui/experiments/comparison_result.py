"""What came of a comparison: the verdict, every repeat, the ratios, the figures, the doubts."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QModelIndex, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.analysis.comparisons.comparison import DECIDES, Comparison, in_words
from core.analysis.comparisons.table import differences_in_a_line
from core.analysis.comparisons.ways_table import way_sentences
from core.analysis.sweeps.text import ONLY_ONE, configurations_in_words
from core.charts.ratios import ratios
from core.charts.repeats import repeats
from core.metrics.catalogue import METRICS, metric
from core.model.experiment import Experiment
from gui.experiments.comparison_result_model import ComparisonResultModel
from gui.plotting.chart_view import ChartView, key_entries
from gui.plotting.legend import Legend
from gui.plotting.picture import add_picture_actions
from gui.state.app_state import AppState
from gui.text_size import px, sized
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.markup import with_markup
from gui.widgets.spoken import name_list
from gui.widgets.tables.columns import TableColumns

NOTHING_YET = "Nothing measured yet"
_PLOTS_PX = 244
"""A plot asks for more by itself, and the names below it would be out of sight."""
_DETAIL = ": throughput "


class ComparisonResult(QScrollArea):
    """A page that scrolls: the answer first, then what it rests on.

    Attributes:
        verdict: One sentence for each configuration beside the baseline.
        settings: Each configuration by what was set.
        metric_box: Which metric is plotted.
        repeats, ratios: The plots.
        legend: What shapes and lines mean.
        how_to_read: What must be known to read the plots, and where the figures come from.
        notes: What is to be known beside the numbers, in full.
        table: Settings that differ and every metric.

    Signals:
        picked: Runs were chosen: their ids.
    """

    picked = Signal(tuple)

    def __init__(self, app_state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._app_state = app_state
        self._shown: tuple[Experiment, Comparison] | None = None
        self._notes: tuple[str, ...] = ()
        self.setAccessibleName("result of the comparison")
        self.setProperty("role", "page")
        self.verdict, self.how_to_read, self.notes = QLabel(), QLabel(), QLabel()
        for label, name in (
            (self.verdict, "verdict"),
            (self.how_to_read, "how to read the plots"),
            (self.notes, "what is to be known beside the numbers"),
        ):
            label.setWordWrap(True)
            label.setAccessibleDescription(name)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        with_markup(self.verdict)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.how_to_read.setProperty("role", "muted")
        self.legend = Legend(most_lines=2, most_text_px=600)
        self.settings = ElidedLabel()
        self.settings.setProperty("role", "muted")
        self.metric_box = self._make_metric_box()
        self.repeats = ChartView(
            "every repeat", "One dot for each repeat of each configuration", app_state.theme
        )
        self.ratios = ChartView("ratio to the baseline", "With its interval", app_state.theme)
        self.model = ComparisonResultModel(app_state.theme, self)
        self.table = self._make_table()
        self._lay_out()
        self._connect()

    # -- what it can be asked for -----------------------------------------------------------

    def show_result(self, experiment: Experiment, comparison: Comparison) -> None:
        """Show what came of a comparison so far."""
        other = self._shown is None or self._shown[0].id != experiment.id
        self._shown = experiment, comparison
        self.verdict.setText(_verdict(comparison))
        names = [configuration.name for configuration in comparison.configurations]
        self.settings.setText(differences_in_a_line(experiment, names))
        self._notes = (*way_sentences(experiment, comparison), *comparison.notes)
        self.notes.setText("\n".join(f"\N{BULLET} {note}" for note in self._notes))
        self.model.show_result(experiment, comparison)
        self._fit_table()
        if other:
            with QSignalBlocker(self.metric_box):
                self.metric_box.setCurrentIndex(self.metric_box.findData(DECIDES.key))
            self.verticalScrollBar().setValue(0)
        self._draw()

    def choose_metric(self, key: str) -> None:
        """Plot another metric, as if it had been picked from the list."""
        self.metric_box.setCurrentIndex(self.metric_box.findData(key))

    def mark_selected(self, selected: frozenset[str]) -> None:
        """Mark other runs in the plots."""
        self.repeats.mark_selected(selected)
        self.ratios.mark_selected(selected)

    def apply(self) -> None:
        """Take on the colours of the theme."""
        theme = self._app_state.theme
        self.repeats.apply(theme)
        self.ratios.apply(theme)
        for plot in (self.repeats, self.ratios):
            plot.setFixedHeight(px(_PLOTS_PX))
        self.model.set_theme(theme)
        if self._shown is not None:
            self._fit_table()

    def text(self) -> str:
        """Verdict, table and notes, to be copied."""
        if self._shown is None:
            return ""
        comparison = self._shown[1]
        return "\n".join((*in_words(comparison), "", self.model.text(), "", *self._notes))

    def menu(self) -> QMenu:
        """What the right mouse button and the menu key offer on the plots."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_picture_actions(menu, self.picture, self._app_state, "comparison")
        return menu

    # -- making -----------------------------------------------------------------------------

    def _make_metric_box(self) -> QComboBox:
        box = QComboBox()
        name_list(box, "metric")
        box.setToolTip("Which metric is plotted")
        for metric_shown in METRICS:
            box.addItem(metric_shown.label, metric_shown.key)
            box.setItemData(box.count() - 1, metric_shown.help, Qt.ItemDataRole.ToolTipRole)
        return box

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.ensurePolished()
        table.setModel(self.model)
        table.setAccessibleName("settings that differ, and every metric")
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        # The page scrolls, the table does not: it is as high as its rows.
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = table.verticalHeader()
        sized(table, lambda: rows.setDefaultSectionSize(table.fontMetrics().height() + px(8)))
        rows.setSectionsClickable(False)
        heads = table.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setToolTip("Click to select the runs of the configuration")
        heads.setSectionsClickable(True)
        table.setCornerButtonEnabled(False)
        self._columns = TableColumns(table, "comparison", wide=-1)
        return table

    def _lay_out(self) -> None:
        self.picture = QWidget()
        self.picture.setAccessibleName("repeats and ratios of the comparison")
        plots = QHBoxLayout()
        plots.setContentsMargins(0, 0, 0, 0)
        plots.addWidget(self.repeats, 3)
        plots.addWidget(self.ratios, 2)
        for plot in (self.repeats, self.ratios):
            plot.setFixedHeight(px(_PLOTS_PX))
            plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            plot.customContextMenuRequested.connect(
                lambda where, plot=plot: self._open_menu(plot, where)
            )
        below = QVBoxLayout(self.picture)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(2)
        below.addLayout(plots, 1)
        below.addWidget(self.legend)
        below.addWidget(self.how_to_read)
        choice = QHBoxLayout()
        choice.addWidget(self.settings, 1)
        choice.addWidget(self.metric_box)
        self._page = QWidget()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(self.verdict)
        column.addLayout(choice)
        column.addWidget(self.picture, 1)
        column.addWidget(self.notes)
        column.addWidget(self.table)
        self.setWidget(self._page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        self.metric_box.currentIndexChanged.connect(lambda _: self._draw())
        self.repeats.picked.connect(self.picked)
        self.ratios.picked.connect(self.picked)
        self.table.horizontalHeader().sectionClicked.connect(self._pick_configuration)
        self.table.activated.connect(lambda index: self._pick_configuration(index.column()))
        self.table.clicked.connect(lambda index: self._pick_configuration(index.column()))
        self.table.selectionModel().currentChanged.connect(self._follow_row)

    # -- showing ----------------------------------------------------------------------------

    def _draw(self) -> None:
        if self._shown is None:
            return
        experiment, comparison = self._shown
        plotted = metric(self.metric_box.currentData())
        every = repeats(comparison, plotted, configurations_in_words(experiment))
        self.repeats.show_chart(every)
        self.mark_selected(frozenset(run.id for run in self._app_state.selection))
        compared = ratios(comparison, plotted)
        self.ratios.show_chart(compared)
        keys = (*every.keys, *compared.keys)
        self.legend.show_entries(key_entries(keys, self._app_state.theme))
        source = (f"Source: {every.source}.",) if every.source else ()
        self.how_to_read.setText(" ".join((*every.notes, *source)))

    def _fit_table(self) -> None:
        self._columns.fit()
        heads, rows = self.table.horizontalHeader(), self.table.verticalHeader()
        bar = self.table.horizontalScrollBar().sizeHint().height()
        self.table.setFixedHeight(heads.sizeHint().height() + rows.length() + bar + 4)

    def _follow_row(self, current: QModelIndex, _before: QModelIndex) -> None:
        """Plot the metric of the row that was chosen, and keep the row in view."""
        if not current.isValid():
            return
        key = self.model.rows[current.row()].metric_key
        if key:
            self.metric_box.setCurrentIndex(self.metric_box.findData(key))
        box = self.table.visualRect(current)
        middle = self.table.viewport().mapTo(self._page, box.center())
        self.ensureVisible(0, middle.y(), 0, 2 * box.height())

    def _pick_configuration(self, which: int) -> None:
        if self._shown is None or which >= len(self._shown[1].configurations):
            return
        runs = self._shown[1].configurations[which].repeats
        self.picked.emit(tuple(run.id for run in runs if run is not None))

    def _open_menu(self, plot: QWidget, where: QPoint) -> None:
        self.menu().popup(plot.mapToGlobal(where))


def _verdict(comparison: Comparison) -> str:
    """The sentences on each configuration: what was found large, what it rests on beside it."""
    if not any(
        run is not None
        for configuration in comparison.configurations
        for run in configuration.repeats
    ):
        return f"<span style='font-size:17px; font-weight:600'>{NOTHING_YET}</span>"
    if len(comparison.configurations) == 1:
        return f"<span style='font-size:17px; font-weight:600'>{ONLY_ONE.capitalize()}</span>"
    size = 17 if len(comparison.configurations) == 2 else 14
    lines = []
    for sentence in in_words(comparison):
        head, sign, detail = sentence.partition(_DETAIL)
        beside = f" &nbsp; throughput {escape(detail)}" if sign else ""
        style = f"font-size:{size}px; font-weight:600"
        lines.append(f"<span style='{style}'>{escape(head.rstrip('.'))}</span>{beside}")
    return "<br>".join(lines)
