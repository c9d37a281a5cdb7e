"""Another interpreter is chosen in the window, looked at, and remembered for a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.engines.interpreter import Interpreter
from core.folders import Folders
from core.measure import loading
from core.model.errors import InputError
from core.model.plan import PROCESS
from core.model.to_open import ToOpen
from core.session.interpreters import ChosenInterpreters
from gui.main_window import MainWindow
from gui.pipeline_form.interpreter_box import InterpreterBox
from gui.running.interpreter_chooser import OWN
from tests.environments import empty_environment
from tests.gui.conftest import MakeWindow
from tests.gui.fake_engines import FakeEngines
from tests.gui.scripted import ScriptedFit
from tests.gui.user_code.user_code_builders import opened, write


@pytest.fixture(autouse=True)
def looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Folders that were looked at; nothing is run for it, and nothing is remembered by then."""
    texts: list[str] = []
    monkeypatch.setattr(Folders, "agreed", tmp_path / "agreed")

    def look(text: str) -> Interpreter:
        texts.append(text)
        if "broken" in text:
            raise InputError(f"{text} has no TensorFlow")
        path = text if text.endswith("python") else f"{text}/bin/python"
        return Interpreter(path, "3.12.1", "2.18.1", "3.5.0", b"", cuda=True)

    monkeypatch.setattr("gui.running.interpreter_chooser.look_at", look)
    return texts


def box(window: MainWindow) -> InterpreterBox:
    found = window.engine.row.findChild(InterpreterBox)
    assert found is not None
    return found


def choose(qtbot: QtBot, window: MainWindow, path: str) -> None:
    window.engine.interpreters.want(path)
    qtbot.waitUntil(lambda: not window.engine.interpreters.isRunning())


def test_one_that_is_chosen_is_shown_with_its_versions_and_runs_are_planned_for_it(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    assert box(window).currentText() == "this program's own"
    choose(qtbot, window, "/code/.venv")
    assert box(window).currentText() == (
        "code/.venv · Python 3.12.1, TensorFlow 2.18.1, Keras 3.5.0"
    )
    assert "GPU support" in box(window).toolTip()
    assert window.engine.row.why.text() == "another interpreter is another process"
    window.launcher.start_run()
    qtbot.waitUntil(lambda: bool(fit.plans))
    assert (fit.plans[0].engine, fit.plans[0].interpreter) == (PROCESS, "/code/.venv/bin/python")
    choose(qtbot, window, OWN)
    assert box(window).currentText() == "this program's own"
    assert window.session.interpreter == OWN


def test_without_tensorflow_beside_the_program_run_leads_to_the_list_and_another_one_trains(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "NEEDED", ("no_such_tensorflow",))
    fit = ScriptedFit()
    window = make_window(fit)
    assert box(window).currentText() == "this program's own · no TensorFlow"
    for start in (window.launcher.start_run, window.launcher.measure_ceilings):
        with qtbot.waitSignal(window.app_state.failed) as told:
            start()
        assert "TensorFlow is not installed" in told.args[0]
    assert (window.session.queue.plans, window.session.runs) == ((), ())
    choose(qtbot, window, "/code/.venv")
    window.launcher.start_run()
    qtbot.waitUntil(lambda: bool(fit.plans))


def test_one_that_cannot_be_used_is_said_and_the_one_before_stays(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window()
    choose(qtbot, window, "/code/.venv")
    with qtbot.waitSignal(window.app_state.failed) as told:
        choose(qtbot, window, "/broken")
    assert told.args == ["/broken has no TensorFlow.", ""]
    assert box(window).currentData() == "/code/.venv/bin/python"


def test_the_choice_is_remembered_for_a_folder_on_this_machine(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, looked_at: list[str]
) -> None:
    window = make_window()
    own = opened(write(tmp_path))
    window.session.opened(own)
    window.draft.show_opened(own)
    choose(qtbot, window, "/code/.venv")
    agreed = window.session.folders.agreed
    assert ChosenInterpreters(agreed).of(str(tmp_path)) == "/code/.venv/bin/python"
    assert ChosenInterpreters(agreed).of("") is None
    again = make_window(engines=FakeEngines())
    assert again.session.interpreter == OWN
    looked_at.clear()
    again.engine.interpreters.use_for(ToOpen(str(tmp_path / "train.py")), lambda at: None)
    qtbot.waitUntil(lambda: again.session.interpreter == "/code/.venv/bin/python")
    assert looked_at == ["/code/.venv/bin/python"]
    again.engine.interpreters.use_for(
        ToOpen(str(tmp_path / "elsewhere" / "train.py")), lambda at: None
    )
    assert len(looked_at) == 1


def test_environments_beside_the_file_are_offered_and_not_run(
    make_window: MakeWindow, tmp_path: Path, looked_at: list[str]
) -> None:
    environment = empty_environment(tmp_path / ".venv")
    packages = next(environment.glob("lib/python3.*/site-packages"))
    (packages / "tensorflow").mkdir()
    window = make_window()
    own = opened(write(tmp_path))
    window.session.opened(own)
    window.draft.show_opened(own)
    offered = [box(window).itemData(index) for index in range(box(window).count())]
    assert str(environment / "bin" / "python") in offered
    assert looked_at == []
