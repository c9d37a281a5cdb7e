"""What is shown of the runs, in which order, while runs come and go."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from core.folders import Folders
from core.session import Session
from gui.runs_table.run_columns import NAME
from gui.runs_table.runs_model import RunsModel
from gui.runs_table.runs_proxy import RunsProxy
from gui.state.app_state import AppState
from gui.theme import LIGHT
from tests.gui.run_builders import begin_run, end_run, record_run

DOWN = Qt.SortOrder.DescendingOrder


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(Folders.under(tmp_path), record=False)


@pytest.fixture
def proxy(session: Session, qapp: object) -> RunsProxy:
    for wait_s in (0.03, 0.01, 0.02):
        record_run(session, wait_s=wait_s)
    app_state = AppState(session, LIGHT)
    made = RunsProxy(RunsModel(app_state, app_state))
    made.setParent(app_state)
    made.app_state = app_state  # type: ignore[attr-defined]
    # Qt's own rules for models; breaking one fails the test through Qt's log.
    QAbstractItemModelTester(
        made, QAbstractItemModelTester.FailureReportingMode.Warning, parent=made
    )
    return made


def names(proxy: RunsProxy) -> list[str]:
    return [str(proxy.index(row, NAME).data()) for row in range(proxy.rowCount())]


def test_a_run_that_is_deleted_goes_from_its_place_in_a_sorted_table(
    session: Session, proxy: RunsProxy
) -> None:
    proxy.sort(NAME, DOWN)
    assert names(proxy) == ["run 3", "run 2", "run 1"]
    session.delete(session.runs[1].id)
    assert names(proxy) == ["run 3", "run 1"]
    session.delete(session.runs[0].id)
    assert names(proxy) == ["run 3"]


def test_what_points_at_a_row_goes_with_it(session: Session, proxy: RunsProxy) -> None:
    pointer = QPersistentModelIndex(proxy.index(0, NAME))
    proxy.sort(NAME, DOWN)
    assert (pointer.row(), pointer.data()) == (2, "run 1")
    session.delete(session.runs[2].id)
    assert (pointer.row(), pointer.data()) == (1, "run 1")


def test_a_run_that_the_filter_holds_back_comes_when_it_is_taken_away(
    session: Session, proxy: RunsProxy
) -> None:
    proxy.set_filter("run 2")
    begin_run(session)
    assert names(proxy) == ["run 2"]
    session.delete(session.runs[0].id)
    assert names(proxy) == ["run 2"]
    end_run(session)
    proxy.set_filter("")
    assert names(proxy) == ["run 2", "run 3", "run 4"]


def test_the_headings_stay_where_no_run_passes_the_filter(proxy: RunsProxy) -> None:
    proxy.set_filter("nothing like it")
    assert proxy.rowCount() == 0
    assert proxy.headerData(NAME, Qt.Orientation.Horizontal) == "run"


def test_a_run_that_is_renamed_is_found_under_its_new_name(
    session: Session, proxy: RunsProxy
) -> None:
    proxy.set_filter("tuned")
    assert names(proxy) == []
    session.relabel(session.runs[1].id, name="tuned")
    proxy.arrange()
    assert names(proxy) == ["tuned"]
    session.relabel(session.runs[1].id, name="")
    proxy.arrange()
    assert names(proxy) == []


def test_the_order_of_the_list_comes_back_when_nothing_is_sorted(proxy: RunsProxy) -> None:
    proxy.sort(NAME, DOWN)
    proxy.sort(-1)
    assert names(proxy) == ["run 1", "run 2", "run 3"]
