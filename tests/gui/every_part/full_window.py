"""A window in which everything has something to show, and all the dialogs that it opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from core.session.queue import again
from gui.main_window import MainWindow
from gui.pipeline_form.ssh_dialog import SshDialog
from gui.runs_table.bin_dialog import BinDialog
from gui.runs_table.note_dialog import NoteDialog
from gui.runs_table.run_log_dialog import RunLogDialog
from gui.runs_table.tags_dialog import TagsDialog
from gui.user_code.far_dialog import FarFileDialog
from gui.user_code.far_thread import FarThread
from gui.widgets.help_window import HelpWindow
from gui.widgets.question import ask
from tests.diagnosis_builders import record_diagnosis
from tests.experiment_builders import carry_out, comparison, waits
from tests.gui.builders import Script, play
from tests.gui.run_builders import fail_run, measure_ceilings
from tests.gui.sweep_builders import AXES, a_sweep, record_sweep
from tests.gui.user_code.user_code_builders import opened, write

LONG = "/home/somebody/" + "a_very_long_name_without_any_blank_" * 5


def fill(window: MainWindow, folder: Path) -> None:
    """Give every page something to show: runs, a failure, experiments, a queue, own code."""
    session = window.session
    runs = [
        play(session, Script(workload="augmented", input_s=0.06 / n), prefetch__buffer_size=n)
        for n in (1, 2, 4)
    ]
    session.set_baseline(runs[0].id)
    measure_ceilings(session, runs[0].plan)
    fail_run(session)
    carry_out(session, comparison(name="is it worth it?"), waits(0.03, 0.01))
    record_sweep(session, a_sweep(AXES[:2], repeats=1))
    record_diagnosis(session)
    session.queue.paused = True
    session.queue.add(*(again(run.plan) for run in runs))
    window.banner.show_failure(f"The file {LONG} cannot be read", "Traceback: ...")
    window.statusBar().showMessage(f"Copied {LONG}.")
    folder.mkdir(parents=True)
    code = opened(write(folder))
    session.opened(code)
    window.draft.show_opened(code)
    window.app_state.select(tuple(run.id for run in runs))


def pages(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Show page after page in each of its states; says which, and gives the page."""
    for index in range(window.tabs.count()):
        window.tabs.setCurrentIndex(index)
        for state in _states(window):
            QApplication.processEvents()
            yield f"{window.tabs.tabText(index)} {state}", window.tabs.widget(index)
    for index in range(window.bottom.tabs.count()):
        window.bottom.show_page(index)
        QApplication.processEvents()
        yield window.bottom.tabs.tabText(index), window.bottom


def _states(window: MainWindow) -> Iterator[str]:
    page = window.tabs.currentWidget()
    if page is window.pages.experiments.page:
        for experiment in window.session.experiments.all:
            window.pages.experiments.page.show_experiment(experiment.id)
            yield str(experiment.kind)
    elif page is window.pages.by_setting.page:
        for view in window.pages.by_setting.page.controls.view_actions:
            window.pages.by_setting.page.controls.show_view(view)
            yield view.value
    elif page is window.pages.side_by_side.page:
        for plots in (True, False):
            window.pages.side_by_side.page.show_plots(plots)
            yield "plots" if plots else "table"
    else:
        yield ""


def open_dialogs(window: MainWindow, folder: Path) -> list[QDialog]:
    """All dialogs at once, with what they show most of."""
    window.draft.set_workload("augmented")
    for does in (window.launcher.compare, window.launcher.sweep, window.palette_action):
        does.trigger()
    for experiment in window.session.experiments.all:
        window.launcher.duplicate(experiment)
    window.own.opener.offer(write(folder, "other.py"))
    NoteDialog("run 1", "a note", window).open()
    TagsDialog("run 1", ("slow",), ("cold", "slow"), window).open()
    session = window.session
    BinDialog(session.runs, window).open()
    run = session.runs[0]
    logs = session.folders.logs
    RunLogDialog(lambda: run, lambda: session.story(run.id), logs, window).show()
    SshDialog(window.engine.interpreters, window).open()
    FarFileDialog("user@host", "/home", FarThread(_no_machine, window), window).open()
    HelpWindow("What a part is for.", "comparing.md", window)
    for shows in (window.helps.show_keys, window.helps.show_about, window.helps.show_doctor):
        shows()
    ask(window, f"Run the code of {LONG}?", "Open and run", lambda: None, more=f"It is {LONG}.")
    QApplication.processEvents()
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def _no_machine() -> NoReturn:
    raise OSError("nothing is asked: the thread does not run")
