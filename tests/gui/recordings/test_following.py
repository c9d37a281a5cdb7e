"""The window draws runs that other programs record, and keeps them when they end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.folders import Folders
from core.model.run import RunState
from core.model.to_open import ToOpen
from core.model.user_code import WatchedFit
from core.session import Session
from core.workloads.catalogue import workload
from gui.main_window import MainWindow
from tests.core.store.recorded import all_events, begin, take
from tests.gui.conftest import MakeWindow
from tests.gui.drops import drop


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Session]:
    session = Session(Folders.under(tmp_path / "server"))
    yield session
    session.close()


def drawn(window: MainWindow) -> list[str]:
    """Ids of the runs in the live plots."""
    return [run.id for run in window.live.runs()[0]]


def test_a_run_on_a_server_is_drawn_while_it_grows_and_kept_when_it_ends(
    qtbot: QtBot, window: MainWindow, server: Session
) -> None:
    window.follower.follow(server.folders.runs)
    qtbot.waitUntil(lambda: "following server: no run" in window.status.text.text())
    run_id = begin(server)
    take(server, all_events()[:7])
    qtbot.waitUntil(lambda: drawn(window) == [run_id])
    assert window.session.run(run_id).samples.steps == 20
    qtbot.waitUntil(window.live.stack.isVisible)
    qtbot.waitUntil(lambda: "following run 1: training, step 20" in window.status.text.text())
    take(server, all_events()[7:])
    qtbot.waitUntil(lambda: run_id in window.session.every_run)
    assert window.session.run(run_id).state is RunState.DONE
    assert drawn(window) == [run_id]
    assert "added" in window.statusBar().currentMessage()
    begun = begin(server)
    take(server, all_events()[:7])
    qtbot.waitUntil(lambda: begun in drawn(window))
    window.follower.actions[1].trigger()
    qtbot.waitUntil(lambda: begun in window.session.every_run)
    assert window.session.run(begun).state is RunState.INTERRUPTED
    assert not window.follower.actions[1].isEnabled()


@pytest.mark.parametrize("alone", [False, True])
def test_recordings_that_are_dropped_on_the_window_are_followed(
    qtbot: QtBot, window: MainWindow, server: Session, alone: bool
) -> None:
    run_id = begin(server)
    take(server, all_events()[:7])
    log = server.folders.logs / f"{run_id}.run"
    drop(window.tabs, log if alone else server.folders.runs)
    qtbot.waitUntil(lambda: drawn(window) == [run_id])


def test_a_run_that_another_program_records_in_this_folder_is_drawn_live(
    qtbot: QtBot, window: MainWindow, folders: Folders
) -> None:
    other = Session(folders)
    run_id = begin(other)
    take(other, all_events()[:7])
    window.recordings.look()
    qtbot.waitUntil(lambda: drawn(window) == [run_id])
    assert window.session.run(run_id).state is RunState.RUNNING
    take(other, all_events()[7:])
    qtbot.waitUntil(lambda: run_id in window.session.every_run)
    assert window.session.run(run_id).state is RunState.DONE
    other.close()


def test_the_folder_that_is_open_and_one_that_is_not_there_are_not_followed(
    window: MainWindow, folders: Folders, tmp_path: Path
) -> None:
    window.follower.follow(folders.runs)
    assert "its runs are drawn anyway" in window.statusBar().currentMessage()
    window.follower.follow(tmp_path / "nowhere")
    assert "There is no" in window.banner.text.text()
    assert not window.follower.actions[1].isEnabled()


def test_the_script_of_a_training_that_was_watched_is_one_click_away(
    make_window: MakeWindow, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(folders)
    chosen = workload("in_memory")
    plan = session.plan(chosen, chosen.chain.defaults())
    fits = (WatchedFit("/a/train.py", ("--lr", "1"), 3), None)
    ids = []
    far = replace(plan, interpreter="gpu1:/usr/bin/python3")
    for each, fit in ((far, fits[0]), *((plan, fit) for fit in fits)):
        ids.append(session.begin(replace(each, id=f"{len(ids)}" * 8, watched=fit)).run().id)
        take(session, all_events())
    session.close()
    window = make_window()
    opened: list[ToOpen] = []
    monkeypatch.setattr(window.own.opener, "open", opened.append)
    script = window.runs.run_actions.script
    for run_id in ids:
        window.app_state.select((run_id,))
        script.trigger()
    here = ToOpen("/a/train.py", ("--lr", "1"), 3)
    assert opened == [replace(here, machine="gpu1"), here]
    assert not script.isVisible()
