"""The menu of the plots copies and saves pictures of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui.state.app_state import AppState
from tests.gui.builders import Script, play
from tests.gui.file_dialogs import answer, choose
from tests.gui.live.live_builders import MakePanel


def test_the_menu_has_no_broken_export(make_panel: MakePanel, app_state: AppState) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    menu: QMenu = panel.menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == [
        "Copy image",
        "Save PNG…",
        "Save SVG…",
        "Copy values at the crosshair",
        "Select no steps",
        "Fit",
        "Follow",
        "Trace the next steps",
    ]
    assert not any(view.item.vb.menuEnabled() for view in panel.stack.views)


def test_the_plots_can_be_copied(make_panel: MakePanel, app_state: AppState, qtbot: QtBot) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    with qtbot.waitSignal(app_state.message):
        panel.menu().actions()[0].trigger()
    # With the legend, without which nothing would name the lines.
    picture = QGuiApplication.clipboard().pixmap()
    assert picture.width() == 2 * panel.stack.width()
    assert picture.height() >= 2 * panel.stack.height()


@pytest.mark.parametrize(("index", "ending"), [(1, "png"), (2, "svg")])
def test_the_plots_can_be_saved(
    make_panel: MakePanel,
    app_state: AppState,
    qtbot: QtBot,
    tmp_path: Path,
    index: int,
    ending: str,
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    path = tmp_path / "plots"
    with qtbot.waitSignal(app_state.message):
        panel.menu().actions()[index].trigger()
        choose(path)
    saved = path.with_suffix(f".{ending}").read_bytes()
    assert (b"<svg" in saved) if ending == "svg" else saved.startswith(b"\x89PNG")
    assert ending == "png" or b"waiting for input" in saved


@pytest.mark.parametrize("index", [1, 2])
def test_a_picture_that_cannot_be_written_is_told_of(
    make_panel: MakePanel,
    app_state: AppState,
    qtbot: QtBot,
    tmp_path: Path,
    index: int,
) -> None:
    play(app_state.session, Script())
    panel = make_panel()
    path = tmp_path / "nowhere" / "plots.x"
    with qtbot.waitSignal(app_state.failed) as told:
        panel.menu().actions()[index].trigger()
        answer(path)
    assert "cannot be written" in told.args[0]
