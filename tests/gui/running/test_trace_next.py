"""An order to trace the next steps, to a run that is scripted."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from core.model.events import StepsTraced
from core.model.tracing import TraceOptions, Tracing
from gui.main_window import MainWindow
from tests.gui.conftest import MakeWindow
from tests.gui.fake_engines import FakeEngines, ToldFit
from tests.gui.scripted import whole_run


def traced_in(window: MainWindow) -> list[str]:
    return [action.text() for action in window.live.menu().actions() if action.isEnabled()]


def test_steps_are_traced_on_an_order_from_a_live_plot_and_told(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    fit = ToldFit()
    engines = FakeEngines(fit)
    window = make_window(engines=engines)
    action = window.launcher.trace_next
    assert not action.isEnabled()
    window.launcher.run.trigger()
    *events, last = whole_run()
    fit.say(*events)
    qtbot.waitUntil(action.isEnabled)
    assert "Trace the next 20 steps" in traced_in(window)
    action.trigger()
    assert engines.traces == [TraceOptions(20, str(window.session.folders.traces))]
    assert not action.isEnabled()
    fit.say(StepsTraced(Tracing(12, 20, failure="no profiler")))
    qtbot.waitUntil(lambda: "no profiler" in window.statusBar().currentMessage())
    assert action.isEnabled()
    action.trigger()
    fit.say(StepsTraced(replace(Tracing(12, 20), size_bytes=4_000)))
    qtbot.waitUntil(lambda: "Steps 13 to 32 were traced" in window.statusBar().currentMessage())
    assert not action.isEnabled()
    fit.say(last)
    qtbot.waitUntil(lambda: window.session.runs[0].state.over)
    assert not action.isEnabled()
