"""A run of a comparison is named with it wherever it stands beside other runs."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.model.run import Run
from gui.main_window import MainWindow
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.builders import Script, play
from tests.gui.every_part.full_window import pages
from tests.gui.every_part.shown_texts import texts_in

_BARE = re.compile(r"(?<!· )\b[AB] [12]\b", re.IGNORECASE)
_EXPERIMENT = "is it worth it?"


@pytest.fixture
def runs(window: MainWindow) -> tuple[Run, ...]:
    """Repeats of a comparison and a run by itself, all selected."""
    session = window.session
    alone = play(session, Script(), batch__batch_size=64)
    carry_out(session, comparison(name=_EXPERIMENT), waits(0.03, 0.01))
    window.app_state.select(tuple(run.id for run in session.runs))
    assert alone in session.runs
    return session.runs


def bare(part: QWidget) -> list[str]:
    """Texts with a name such as ``A 1`` that does not say of what."""
    return [text for text in texts_in(part) if _BARE.search(text)]


@pytest.mark.parametrize("pinned", [0, 1])
def test_every_page_names_a_run_with_its_experiment(
    window: MainWindow, runs: tuple[Run, ...], pinned: int
) -> None:
    window.session.set_baseline(runs[pinned].id)
    shown: dict[str, list[str]] = {}
    for name, page in pages(window):
        if page is not window.pages.experiments.page:
            shown[name] = bare(page)
    assert {name: texts for name, texts in shown.items() if texts} == {}
    assert any(f"{_EXPERIMENT} · A 1" in text for text in texts_in(window))


def test_the_table_at_the_crosshair_names_runs_with_their_experiment(
    window: MainWindow, runs: tuple[Run, ...], qtbot: QtBot
) -> None:
    window.tabs.setCurrentWidget(window.live)
    crosshair = window.live.stack.crosshair
    crosshair.put(5.0)
    qtbot.waitUntil(crosshair.readout.isVisible)
    text = crosshair.readout.text().replace("&nbsp;", " ")
    assert f"{_EXPERIMENT} · " in text
    assert not _BARE.search(text)


def test_the_list_whose_headlines_are_shown_names_runs_with_their_experiment(
    window: MainWindow, runs: tuple[Run, ...]
) -> None:
    window.tabs.setCurrentWidget(window.pages.side_by_side.page)
    window.pages.side_by_side.page.show_plots(True)
    box = window.pages.side_by_side.page.plots.focus_box
    names = [box.itemText(at) for at in range(box.count())]
    assert f"{_EXPERIMENT} · B 2 (done)" in names
