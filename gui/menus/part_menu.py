"""The menu of any part that has none of its own: what the panels around it can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QMenu,
    QPushButton,
    QTableView,
    QToolButton,
    QWidget,
)

from gui.menus.focus_keys import nearest
from gui.menus.menu_bar import give_letters, menu_line
from gui.plotting.picture import add_picture_actions
from gui.plotting.plot_view import PlotView
from gui.state.app_state import AppState
from gui.widgets.wrapped_row import WrappedRow

_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def open_part_menu(
    window: QWidget,
    event: QContextMenuEvent,
    app_state: AppState,
    show_help: Callable[[QWidget], None],
) -> None:
    """Open a menu for the part that was clicked on, or has the focus; none for the window itself.

    It has the actions and buttons of the part and of the panels around it, the nearest first. Of a
    table it offers to copy the rows, where nothing around it copies, and of a plot its picture.

    Args:
        window: The window in which it is.
        event: What asked for it.
        app_state: Told of a picture that was saved.
        show_help: Shows the help on a part.
    """
    by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
    found = QApplication.focusWidget() if by_key else QApplication.widgetAt(event.globalPos())
    part = around = found
    menu, lines = QMenu(window), list[QAction]()
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    while around is not None and around is not window:
        actions = [menu_line(action, menu) for action in around.actions() if action.isVisible()]
        actions += _of_buttons(around, menu)
        menu.addSeparator()
        menu.addActions(actions)
        lines += actions
        around = around.parentWidget()
    if part is None or around is None or part is window:
        menu.deleteLater()
        return
    copies = any(_copies(line.data()) for line in lines)
    table, plot = nearest(part, QTableView), nearest(part, PlotView)
    menu.addSeparator()
    if plot is not None:
        before = len(menu.actions())
        add_picture_actions(menu, plot, app_state, plot.accessibleName())
        lines += menu.actions()[before:]
    if table is not None and not copies:
        copy = menu.addAction("Copy table", lambda: copy_table(table))
        copy.setToolTip("Copy the selected rows, or all, with headings, for a spreadsheet")
        lines.append(copy)
    menu.addSeparator()
    lines.append(menu.addAction("Help on this\tF1", lambda: show_help(part)))
    give_letters(lines)
    menu.popup(event.globalPos())


def copy_table(table: QTableView) -> None:
    """Put the selected rows of a table on the clipboard, or all of them, with headings."""
    model = table.model()
    chosen = sorted({index.row() for index in table.selectionModel().selectedIndexes()})
    rows = chosen if len(chosen) > 1 else range(model.rowCount())
    columns = [at for at in range(model.columnCount()) if not table.isColumnHidden(at)]
    across = Qt.Orientation.Horizontal
    heads = [str(model.headerData(at, across) or "") for at in columns]
    cells = [[_text(model, row, at) for at in columns] for row in rows]
    lines = ["\t".join(" ".join(cell.split()) for cell in line) for line in (heads, *cells)]
    QGuiApplication.clipboard().setText("\n".join(lines))


def _text(model: QAbstractItemModel, row: int, column: int) -> str:
    value = model.data(model.index(row, column))
    return "" if value is None else str(value)


def _of_buttons(panel: QWidget, menu: QMenu) -> Iterator[QAction]:
    """Lines that stand for the buttons that lie directly in a panel, or in a row of a page."""
    rows = [panel, *panel.findChildren(WrappedRow, options=_DIRECT)]
    if panel.property("help"):
        # Lists and cards are frames: what lies in another one is not of this part.
        parts = panel.findChildren(QWidget, options=_DIRECT)
        others = QFrame, QAbstractButton, WrappedRow
        rows += [row for row in parts if not isinstance(row, others)]
    for row, kind in product(rows, (QPushButton, QToolButton)):
        buttons: list[QAbstractButton] = row.findChildren(kind, options=_DIRECT)
        for button in buttons:
            text = button.text().replace("&", "")
            # "5 more" and the like unfold something; that is nothing to do.
            if not button.isVisible() or not text[:1].isalpha():
                continue
            default = button.defaultAction() if isinstance(button, QToolButton) else None
            line = menu_line(default, menu) if default is not None else QAction(text, menu)
            if default is None:
                line.setToolTip(button.toolTip())
                line.setEnabled(button.isEnabled())
                line.triggered.connect(button.click)
            yield line


def _copies(action: object) -> bool:
    copy = QKeySequence(QKeySequence.StandardKey.Copy)
    return isinstance(action, QAction) and copy in action.shortcuts()
