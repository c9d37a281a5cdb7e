"""Make the pictures of the README from the real window, training for real.

``python docs/screenshots.py [FOLDER]`` (default: this file's folder); needs a display.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from core.folders import Folders
from core.model.experiment import Experiment, ExperimentKind
from core.session import Session
from gui.main_window import MainWindow
from gui.running.run_controller import Activity
from gui.theme import DARK, LIGHT, apply_theme


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Photographer:
    """Drives the window as a person would and takes pictures on the way."""

    def __init__(self, folder: Path) -> None:
        self._app = QApplication(sys.argv[:1])
        self._folder = folder
        apply_theme(self._app, LIGHT)
        cache = Folders.default().cache
        self.window = MainWindow(
            Session(Folders(Path(tempfile.mkdtemp()), cache)), LIGHT, load_tensorflow=False
        )
        self.window.resize(1366, 768)
        self.window.show()
        wait(500)

    def picture(self, name: str) -> None:
        """Save what the window shows."""
        wait(400)
        self.window.grab().save(str(self._folder / f"{name}.png"))

    def both(self, name: str) -> None:
        """Save it light and dark."""
        for theme in (LIGHT, DARK):
            apply_theme(self._app, theme)
            self.window.app_state.set_theme(theme)
            self.picture(f"{name}-{theme.name}")
        apply_theme(self._app, LIGHT)
        self.window.app_state.set_theme(LIGHT)

    def run(self, *changes: tuple[str, object], after_s: float = 0.0, name: str = "") -> None:
        """Set knobs, press Run, wait for the end; take a picture on the way where asked."""
        for key, value in changes:
            self.window.draft.set_value(key, value)
        self.window.bar.run_button.click()
        while self.window.controller.activity is not Activity.IDLE:
            wait(100)
            recording = self.window.session.recording
            samples = recording.run().samples if recording else None
            if name and samples is not None and samples.steps and samples.done_s[-1] > after_s:
                self.both(name)
                name = ""

    def compare(self, *sides: tuple[str, object], repeats: int) -> None:
        """Compare two changes of the settings on the left in turn; wait for the end."""
        draft = self.window.draft
        configurations = tuple(
            draft.settings.with_values({"fit.epochs": 1, key: value}) for key, value in sides
        )
        self.window.launcher.starter.begin(
            Experiment(
                ExperimentKind.COMPARISON,
                draft.workload.id,
                configurations,
                repeats,
                name="What does prefetch buy?",
            )
        )
        while self.window.controller.activity is not Activity.IDLE:
            wait(200)


def main() -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    camera = Photographer(folder)
    window = camera.window
    camera.both("first")
    camera.run(("fit.epochs", 2), ("fit.steps_per_epoch", 120))
    window.session.set_baseline(window.session.runs[0].id)
    camera.run(("prefetch.buffer_size", "autotune"))
    camera.run(("map.num_parallel_calls", 2), after_s=3.0, name="window")
    window.app_state.select(tuple(run.id for run in window.session.runs))
    window.tabs.setCurrentWidget(window.pages.side_by_side.page)
    camera.both("side-by-side")
    window.tabs.setCurrentWidget(window.pages.by_setting.page)
    camera.both("against")
    camera.compare(("prefetch.buffer_size", "off"), ("prefetch.buffer_size", 2), repeats=4)
    window.tabs.setCurrentWidget(window.pages.experiments.page)
    camera.both("experiments")
    window.app_state.select((window.session.runs[-1].id,))
    window.tabs.setCurrentWidget(window.pages.stages.page)
    camera.both("stages")
    window.tabs.setCurrentWidget(window.pages.python.page)
    camera.both("python")
    window.close()


if __name__ == "__main__":
    main()
