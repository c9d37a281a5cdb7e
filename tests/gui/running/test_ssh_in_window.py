"""Another machine is looked at, chosen, browsed and trusted in the window; none is connected to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.engines.far_answers import FarAnswer
from core.engines.far_files import FarFiles
from core.engines.interpreter import Interpreter
from core.folders import Folders
from core.model.errors import ExplorerError, InputError
from core.model.plan import PROCESS
from core.model.to_open import ToOpen
from core.session.interpreters import ChosenInterpreters
from core.user_code.discovery import offers
from core.user_code.user_function import content_hash
from core.workloads.workload import Workload
from gui.main_window import MainWindow
from gui.pipeline_form.interpreter_box import InterpreterBox
from gui.pipeline_form.ssh_dialog import SshDialog
from gui.running.interpreter_chooser import OWN
from gui.user_code.far_dialog import FarFileDialog
from gui.user_code.open_dialog import OpenDialog
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import ScriptedFit
from tests.gui.user_code.user_code_builders import ScriptedOpen, opened, write

FAR = Interpreter(
    "/far/.venv/bin/python", "3.12.1", "2.18.1", "3.5.0", b"",
    machine="gpu1", node="gpu1.lab", gpus=("A100", "A100"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def machines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[str, str]]:
    """What was looked at: Python and machine."""
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(Folders, "agreed", tmp_path / "agreed")

    def look(text: str, machine: str = "") -> Interpreter:
        asked.append((text, machine))
        if machine != FAR.machine:
            raise InputError(f"There is no machine {machine}")
        return FAR

    monkeypatch.setattr("gui.running.interpreter_chooser.look_at", look)
    return asked


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in a folder that stands for another machine's; answers come without a process."""
    (tmp_path / "code").mkdir()

    def ask(self: FarFiles, path: str, *, folder: bool) -> FarAnswer:
        there = Path(path or tmp_path / "code")
        if not there.exists():
            raise ExplorerError(f"There is no file {there}")
        if folder:
            names = [
                sorted(one.name for one in there.iterdir() if one.is_dir() == d) for d in (1, 0)
            ]
            return FarAnswer(str(there), tuple(names[0]), tuple(names[1]))
        return FarAnswer(str(there), stamp=content_hash(there), offered=offers(there).offered)

    monkeypatch.setattr(FarFiles, "__init__", lambda self, interpreter: None)
    monkeypatch.setattr(FarFiles, "folder", lambda self, path="": ask(self, path, folder=True))
    monkeypatch.setattr(FarFiles, "file", lambda self, path: ask(self, path, folder=False))
    monkeypatch.setattr(FarFiles, "close", lambda self: None)
    return write(tmp_path / "code")


def there(file: Path) -> Workload:
    """What opening the file on the other machine gives."""
    local = opened(file)
    return replace(local, opened=replace(local.opened, machine=FAR.machine))


def ssh_dialog(window: MainWindow) -> SshDialog:
    box = window.engine.row.findChild(InterpreterBox)
    assert box is not None
    return box.ask_machine()


def use_far(window: MainWindow) -> None:
    window.engine.interpreters.use(FAR)


def shown(window: MainWindow) -> Iterator[QMessageBox]:
    yield from (box for box in window.findChildren(QMessageBox) if box.isVisible())


def test_a_machine_is_looked_at_and_used_and_known_from_then_on(
    qtbot: QtBot, make_window: MakeWindow, machines: list[tuple[str, str]]
) -> None:
    fit = ScriptedFit()
    window = make_window(fit)
    dialog = ssh_dialog(window)
    assert dialog.known.isHidden()
    dialog.machine.setText("nowhere")
    dialog.use_button.click()
    qtbot.waitUntil(lambda: dialog.look_button.isEnabled())
    assert dialog.state.text() == "There is no machine nowhere."
    assert window.engine.interpreters.current == OWN
    dialog.machine.setText("gpu1")
    dialog.python.setText("~/.venv")
    dialog.look_button.click()
    qtbot.waitUntil(lambda: dialog.look_button.isEnabled())
    assert "on gpu1.lab: 2 x A100" in dialog.state.text()
    assert machines == [("", "nowhere"), ("~/.venv", "gpu1")]
    with qtbot.waitSignal(dialog.chosen):
        dialog.use_button.click()
    assert window.session.interpreter == "gpu1:/far/.venv/bin/python"
    assert window.engine.row.why.text() == "on gpu1"
    window.launcher.start_run()
    qtbot.waitUntil(lambda: bool(fit.plans))
    assert (fit.plans[0].engine, fit.plans[0].interpreter) == (PROCESS, FAR.name)
    again = ssh_dialog(window)
    item = again.known.topLevelItem(0)
    assert item is not None
    assert (item.text(0), item.text(1)) == ("gpu1", "/far/.venv/bin/python")
    assert item.text(2).startswith("2 x A100; ")
    again.known.itemClicked.emit(item, 0)
    assert (again.machine.text(), again.python.text()) == ("gpu1", "/far/.venv/bin/python")


def test_open_shows_the_folders_of_that_machine_and_asks_for_trust_there(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    code = ScriptedOpen(gives=there(file))
    window = make_window(open_code=code)
    window.session.trust.agree(content_hash(file), file)  # on this machine
    use_far(window)
    window.own.opener.ask_file()
    dialog = window.findChild(FarFileDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.count() == 2)
    assert [dialog.list.item(row).text() for row in range(2)] == ["..", "train.py"]
    dialog.path.setText(str(file.with_name("gone.py")))
    dialog.open_button.click()
    qtbot.waitUntil(lambda: dialog.state.text().startswith("There is no file"))
    dialog.path.setText(str(file.parent))
    dialog.list.setCurrentRow(1)
    with qtbot.waitSignal(dialog.chosen):
        dialog.open_button.click()
    choose = window.findChild(OpenDialog)
    assert choose is not None
    choose.accept()
    qtbot.waitUntil(lambda: any(shown(window)))
    (question,) = shown(window)
    assert question.text() == "Run the code of train.py on gpu1?"
    assert f"gpu1:{file}" in question.informativeText().replace("\u200b", "")
    assert code.asked == []
    question.accept()
    qtbot.waitUntil(lambda: window.draft.workload.code is not None)
    wanted = ToOpen(f"{file}:make_dataset", machine="gpu1")
    assert code.asked == [wanted]
    assert window.own.opener.recent.all[0] == wanted
    assert window.own.head.lines[0].text() == "train.py: make_dataset on gpu1"
    assert window.own.watch.changed == ()
    file.write_text("another text here\n")
    window.own.watch.look()
    assert window.own.watch.changed == ()  # it is no file of this machine
    qtbot.waitUntil(lambda: not window.own.opener.isRunning())


def test_a_choice_for_another_machine_leaves_the_file_of_this_one_alone(
    qtbot: QtBot, make_window: MakeWindow, file: Path
) -> None:
    code = ScriptedOpen()
    window = make_window(open_code=code)
    own = opened(file)
    window.session.opened(own)
    window.draft.show_opened(own)
    with qtbot.waitSignal(window.app_state.message) as told:
        use_far(window)
    assert told.args == ["train.py is on this machine. Open your code on gpu1 with Ctrl+O."]
    assert code.asked == []
    assert ChosenInterpreters(window.session.folders.agreed).of(str(file.parent)) is None
    # What is opened next is on this machine again.
    window.engine.interpreters.use_for(ToOpen(f"{file}:make_dataset"), lambda at: None)
    assert window.engine.engines.interpreter is None


def test_a_recording_leads_to_no_machine(make_window: MakeWindow, file: Path) -> None:
    window = make_window()
    window.session.workloads.add(there(file))
    window.draft.set_workload(there(file).id)
    assert window.engine.interpreters.current == OWN
    with pytest.raises(InputError, match="no Python is known here"):
        window.engine.interpreters.use_for(
            ToOpen(f"{file}:make_dataset", machine="gpu1"), lambda at: None
        )
