"""What holds of every page and every dialog: no markup is seen, it fits, nothing moves."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

import gui
from core.folders import Folders
from core.session import Session
from core.workloads.catalogue import WORKLOADS
from gui.main_window import MainWindow
from gui.theme import LIGHT, apply_theme
from gui.widgets.fitted_dialog import FittedDialog
from tests.gui.every_part.full_window import fill, open_dialogs, pages
from tests.gui.every_part.reader import nameless, reached, spoken, unread
from tests.gui.every_part.reader import stops as all_stops
from tests.gui.every_part.shown_texts import ids_seen, markup_in, markup_seen
from tests.gui.scripted import ScriptedFit

LEAST = QSize(683, 360)
"""A screen of 1366 x 768 pixels at 200 %, without a frame's title."""
_CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QAbstractItemView)


@dataclass
class Walk:
    """What was seen on the way through a window.

    Attributes:
        markup: Texts whose markup is seen.
        ids: Texts that call a knob by its id.
        large: Pages and dialogs that make a window larger than the least screen.
        moved: Controls that move something as they get the focus or the pointer.
        dialogs: Kinds of dialogs that were opened.
        nameless: Stops of Tab that do not say what they are.
        unread: Labels whose text a screen reader does not get.
        missed: What takes the focus and is not reached by Tab.
        unseen: Stops of Tab that look the same with and without the focus.
        kinds: Kinds of stops whose look was compared.
    """

    markup: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    large: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    dialogs: set[type] = field(default_factory=set)
    nameless: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    kinds: set[tuple[type, str, type]] = field(default_factory=set)

    def follow_tab(self, name: str, first: QWidget) -> None:
        """Go by Tab through a window, from a part on and back to it."""
        window = first.window()
        stops: list[QWidget] = []
        looks: QImage | None = None
        for stop in reached(first):
            if looks is not None and stops[-1].grab().toImage() == looks:
                self.unseen.append(f"{name}: {spoken(stops[-1])}")
            stops.append(stop)
            if nameless(stop):
                self.nameless.append(f"{name}: {type(stop).__name__} {spoken(stop)}")
            kind = (type(stop), str(stop.property("role")), type(stop.parentWidget()))
            looks = stop.grab().toImage() if kind not in self.kinds else None
            self.kinds.add(kind)
        expected = all_stops(window)
        self.missed += [f"{name}: {spoken(stop)}" for stop in expected if stop not in stops]
        labels = window.findChildren(QLabel)
        self.unread += [f"{name}: {label.text()}" for label in labels if unread(label)]


@pytest.fixture(scope="module")
def walk(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """One way through one window serves all tests; the window is closed again."""
    folder = tmp_path_factory.mktemp("walk")
    apply_theme(qapp, LIGHT)
    session = Session(Folders.under(folder / "data"))
    window = MainWindow(session, LIGHT, fit=ScriptedFit(), load_tensorflow=False)
    window.show()
    fill(window, folder / "code")
    seen = Walk()
    knobs = {key for workload in WORKLOADS for key in workload.chain.knobs}
    for name, page in pages(window):
        seen.markup += [f"{name}: {text}" for text in markup_seen(page)]
        seen.ids += [f"{name}: {text}" for text in ids_seen(page, knobs)]
        _measure(seen, name, window)
        seen.follow_tab(name, window.bar.run_button)
        seen.moved += [f"{name}: {control}" for control in _moving(window, page)]
    seen.markup += markup_seen(window)
    seen.ids += ids_seen(window, knobs)
    seen.moved += _moving(window, window.pipeline)
    # The one on top takes the keyboard from the others.
    for dialog in reversed(open_dialogs(window, folder / "code")):
        seen.dialogs.add(type(dialog))
        name = f"{type(dialog).__name__} {dialog.windowTitle()}"
        seen.markup += [f"{name}: {text}" for text in markup_seen(dialog)]
        seen.ids += [f"{name}: {text}" for text in ids_seen(dialog, knobs)]
        _measure(seen, name, dialog)
        seen.follow_tab(name, dialog.focusWidget() or all_stops(dialog)[0])
        seen.moved += [f"{name}: {control}" for control in _moving(dialog, dialog)]
        dialog.reject()
    session.queue.clear()
    window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return seen


def _measure(seen: Walk, name: str, window: QWidget) -> None:
    least = window.minimumSizeHint().expandedTo(window.minimumSize())
    if least.boundedTo(LEAST) != least:
        seen.large.append(f"{name}: {least.width()} x {least.height()}")


def _moving(top: QWidget, part: QWidget) -> list[str]:
    """Controls of a part that move controls of the whole, each time: a page may settle late."""
    moving = list(_moving_now(top, part))
    again = set(_moving_now(top, part)) if moving else set()
    return [control for control in moving if control in again]


def _moving_now(top: QWidget, part: QWidget) -> Iterator[str]:
    # What was just shown may take several rounds until it has its place.
    for _ in range(3):
        QApplication.processEvents()
    controls = _controls(top)
    places = _places(top, controls)
    for control in _controls(part):
        if control.focusPolicy() != Qt.FocusPolicy.NoFocus:
            control.setFocus()
        at = QPointF(2, 2)
        QApplication.sendEvent(control, QEnterEvent(at, at, QPointF(control.mapToGlobal(at))))
        QApplication.processEvents()
        if _places(top, controls) != places:
            yield f"{type(control).__name__} {control.accessibleName() or control.objectName()}"
            places = _places(top, controls)


def _controls(top: QWidget) -> list[QWidget]:
    return [one for kind in _CONTROLS for one in top.findChildren(kind) if one.isVisible()]


def _places(top: QWidget, controls: list[QWidget]) -> list[QRect]:
    """Where they are in the window or on the page that scrolls; scrolling moves nothing on it."""
    return [
        QRect(control.mapTo(_page(control, top), QPoint()), control.size()) for control in controls
    ]


def _page(control: QWidget, top: QWidget) -> QWidget:
    while control is not top:
        area = control.parentWidget().parentWidget()
        if isinstance(area, QScrollArea) and area.widget() is control:
            break
        control = control.parentWidget()
    return control


def test_no_markup_is_seen_as_text(walk: Walk) -> None:
    assert walk.markup == []


def test_a_knob_is_called_by_its_name_everywhere(walk: Walk) -> None:
    assert walk.ids == []


def test_every_page_and_dialog_fits_the_least_screen(walk: Walk) -> None:
    assert walk.large == []


def test_no_control_moves_as_another_gets_the_focus_or_the_pointer(walk: Walk) -> None:
    assert walk.moved == []


def test_every_stop_of_tab_says_what_it_is(walk: Walk) -> None:
    assert walk.nameless == []


def test_no_label_hides_its_text_behind_a_name(walk: Walk) -> None:
    assert walk.unread == []


def test_tab_reaches_everything_and_comes_back(walk: Walk) -> None:
    assert walk.missed == []


def test_the_focus_can_be_seen_wherever_it_is(walk: Walk) -> None:
    assert walk.unseen == []
    assert len(walk.kinds) > 40


def test_every_dialog_was_opened_on_the_way(walk: Walk) -> None:
    for module in pkgutil.walk_packages(gui.__path__, "gui."):
        importlib.import_module(module.name)
    known = set(_kinds_of(QDialog))
    assert known - {FittedDialog} <= walk.dialogs
    assert all(issubclass(kind, FittedDialog) for kind in known)


def _kinds_of(kind: type) -> Iterator[type]:
    for below in kind.__subclasses__():
        if below.__module__.startswith("gui."):
            yield below
        yield from _kinds_of(below)


@pytest.mark.parametrize(
    ("text", "rich", "seen"),
    [
        ("<b>B</b>", False, "<b>"),
        ("<b></b>", True, "<b></b>"),
        ("&lt;b&gt; of &amp;", True, "<b>"),
        ("<b>a</b> &amp; b", True, ""),
        ("&amp;lt;b", True, "&lt;"),
        ("a < b and b > a, map <lambda>, 2*3", False, ""),
        ("**bold** and `code`", False, "**"),
    ],
)
def test_markup_is_told_from_text(qapp: QApplication, text: str, rich: bool, seen: str) -> None:
    assert markup_in(text, rich=rich) == seen
