"""The example session in a window of its own, above the person's own window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QWidget

from core.model.errors import ExplorerError
from core.session.sharing.example import Example
from gui.main_window import MainWindow
from gui.widgets.elided_label import ElidedLabel

_TITLE = "Example session: what prefetch does"
_ABOUT = (
    "Example: what prefetch does. Recorded on another machine and apart from your runs; what you "
    "change here is not kept."
)
_CLOSE = "Close the example"


class ExampleOpener(QObject):
    """Opens it, and takes it away again with all that belongs to it.

    Attributes:
        window: The window of the example; None while there is none.
    """

    def __init__(self, own: MainWindow) -> None:
        """Open it when that window asks for it.

        Args:
            own: The person's own window.
        """
        super().__init__(own)
        self._own = own
        self.window: MainWindow | None = None
        self._example: Example | None = None
        self._following = False
        own.app_state.example_wanted.connect(self.open)
        own.closed.connect(self.close)
        own.app_state.theme_changed.connect(partial(self._follow, own))

    def open(self) -> None:
        """Show it; where it is open already, bring it to the front."""
        if self.window is None:
            try:
                self._example = Example()
            except ExplorerError as error:
                self._own.app_state.failed.emit(str(error), error.details)
                return
            self.window = self._made(self._example)
        window = self.window
        window.setWindowState(self._own.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def close(self) -> None:
        """Close it; the person's own runs are as they were."""
        if self.window is not None:
            self.window.close()

    def _made(self, example: Example) -> MainWindow:
        own = self._own
        window = MainWindow(example.session, own.app_state.theme, load_tensorflow=False)
        window.setWindowTitle(f"{_TITLE} \N{EN DASH} Pipeline Explorer")
        window.setGeometry(own.geometry())
        window.setAcceptDrops(False)
        window.addToolBarBreak()
        window.addToolBar(_bar(window))
        for action in (
            *window.own.actions, *window.sharer.actions[1:], window.recordings.repair_action,
            window.runs.run_actions.again, window.launcher.pause, window.helps.example,
        ):  # fmt: skip
            action.setVisible(False)
        window.pages.experiments.built.connect(lambda _: _hide_runs_of_experiments(window))
        begins = zip(_begins(window), _begins(own), strict=True)
        for here, there in begins:
            here.triggered.disconnect()
            here.triggered.connect(partial(self._do_there, there))
            here.setToolTip(f"{_CLOSE}, and do this in your own session with these settings")
        window.appearance.take(own.appearance)
        window.app_state.theme_changed.connect(partial(self._follow, window))
        window.closed.connect(self._forget)
        window.app_state.select((window.session.runs[0].id, window.session.runs[1].id))
        return window

    def _do_there(self, action: QAction, _checked: bool = False) -> None:
        """What begins something is done in the person's own session, with what is set here."""
        assert self.window is not None
        draft = self.window.draft
        self.close()
        self._own.raise_()
        self._own.activateWindow()
        self._own.draft.use(draft.workload.id, draft.settings)
        self._own.app_state.message.emit(
            "The example is closed: this is your own session, with the settings of the example."
        )
        action.trigger()

    def _forget(self) -> None:
        window, example = self.window, self._example
        self.window = self._example = None
        if window is not None and example is not None:
            window.deleteLater()
            example.close()

    def _follow(self, changed: MainWindow) -> None:
        """Both windows look alike: theme and size of text are the application's."""
        if self.window is None or self._following:
            return
        other = self._own if changed is self.window else self.window
        self._following = True
        other.appearance.take(changed.appearance)
        self._following = False


def _begins(window: MainWindow) -> tuple[QAction, ...]:
    return (*window.launcher.starting, *window.launcher.longer)


def _hide_runs_of_experiments(window: MainWindow) -> None:
    acts = window.pages.experiments.page.experiment_actions
    for action in (acts.go_on, acts.again, acts.duplicate):
        action.setVisible(False)


def _bar(window: QWidget) -> QToolBar:
    """Says what this is, and takes it away."""
    bar = QToolBar("Example")
    bar.setObjectName("example")
    bar.setMovable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    text = ElidedLabel(_ABOUT)
    text.setToolTip(_ABOUT)
    text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    close = QToolButton()
    close.setText(_CLOSE)
    close.setToolTip("Go back to your own runs")
    close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    close.clicked.connect(window.close)
    bar.addWidget(close)
    bar.addWidget(text)
    return bar
