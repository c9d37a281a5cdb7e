"""A fault of the program while a run is taken in: told, and the next run can begin."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.store.archive import Archive
from gui.running.run_controller import Activity
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import ScriptedFit


def test_a_fault_in_keeping_a_run_leaves_no_run_under_way_for_ever(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(ScriptedFit())

    def broken(archive: Archive, run: object) -> None:
        raise UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed")

    with monkeypatch.context() as fault:
        fault.setattr(Archive, "end", broken)
        window.launcher.start_run()
        qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)
    assert "Part of the run could not be taken in (UnicodeEncodeError" in window.banner.text.text()
    assert "surrogates" in window.banner.details.toPlainText()
    window.launcher.start_run()
    qtbot.waitUntil(lambda: window.controller.activity is Activity.IDLE, timeout=30_000)
    assert len(window.session.runs) == 2
