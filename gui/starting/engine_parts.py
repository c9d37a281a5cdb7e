"""What the window has for where runs train: the choice, both engines and what they get ready."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from core.engines.engines import Engines
from core.engines.far_files import FarFiles
from core.engines.opening import Say
from core.engines.protocols import Cancelled, Fit
from core.model.to_open import ToOpen
from core.workloads.workload import Workload
from gui.actions import action
from gui.pipeline_form.engine_row import EngineRow
from gui.pipeline_form.interpreter_box import InterpreterBox
from gui.running.after_loading import after_loading
from gui.running.engine_chooser import CHOICES, EngineChooser
from gui.running.engine_words import CHOICE_HELP, choice_text
from gui.running.interpreter_chooser import InterpreterChooser
from gui.running.run_controller import RunController
from gui.running.spare_keeper import SpareKeeper
from gui.running.tensorflow_loader import TensorFlowLoader
from gui.state.app_state import AppState
from gui.state.pipeline_form import PipelineForm
from gui.state.ui_settings import UiSettings

_LOOK_MS = 50


class EngineParts(QObject):
    """Puts them together.

    Attributes:
        engines: Carry out runs.
        fit: The same as the controller calls it.
        chooser: Which engine the person wants.
        interpreters: Which Python the person wants.
        row: Both choices, at the foot of the pipeline.
        loader: Loads TensorFlow in the window; None where nothing is got ready.

    Signals:
        state_changed: Something else is got ready.
        getting_ready: The window is there; what the first run needs is got ready.
    """

    state_changed = Signal()
    getting_ready = Signal()

    def __init__(
        self,
        window: QWidget,
        draft: PipelineForm,
        app_state: AppState,
        kept: UiSettings,
        engines: Engines,
        fit: Fit | None = None,
        *,
        get_ready: bool = True,
    ) -> None:
        """Make them for a window.

        Args:
            window: Has the actions.
            draft: The settings on the left.
            app_state: Told of what went wrong.
            kept: Remembers the choice.
            engines: Carry out runs.
            fit: Carries them out instead, whatever engine they name.
            get_ready: Load TensorFlow, or have a process do so, once the window is painted.
        """
        super().__init__(window)
        self.engines = engines
        self.chooser = EngineChooser(draft, kept, self)
        self.interpreters = InterpreterChooser(engines, self.chooser, draft, app_state, self)
        self.row = EngineRow(self.chooser)
        interpreter_box = InterpreterBox(self.interpreters)
        self.row.add("interpreter", interpreter_box)
        self.loader = TensorFlowLoader(self) if get_ready else None
        self.fit = fit or after_loading(engines.fit, self._loaded)
        self._keeper: SpareKeeper | None = None
        self.actions: tuple[QAction, ...] = tuple(
            action(
                window, f"Engine: {choice_text(choice)}", "", partial(self.chooser.want, choice),
                CHOICE_HELP[choice],
            )
            for choice in CHOICES
        )  # fmt: skip
        group = QActionGroup(self)
        for made in self.actions:
            made.setCheckable(True)
            group.addAction(made)
        self.chooser.changed.connect(self._mark_wanted)
        self._mark_wanted()
        self.actions += (
            action(
                window, "Interpreter: over SSH\N{HORIZONTAL ELLIPSIS}", "",
                interpreter_box.ask_machine, "Open code and train on another machine",
            ),
        )  # fmt: skip
        if self.loader is not None:
            self.loader.started.connect(self.state_changed)
            self.loader.finished.connect(self.state_changed)

    def follow(self, controller: RunController) -> None:
        """Get processes ready between the runs of a controller."""
        if self.loader is not None:
            self._keeper = SpareKeeper(self.engines, controller, self.chooser, self)
            self._keeper.changed.connect(self.state_changed)

    def get_ready(self, *, opens: bool = False) -> None:
        """The window is there: load TensorFlow where it will be needed first.

        Args:
            opens: A person's own code is opened next.
        """
        self.interpreters.begin()
        if self.loader is not None:
            self.getting_ready.emit()
        if self.loader is not None and not self.chooser.isolated and not opens:
            self.loader.start()
        if self._keeper is not None:
            self._keeper.begin()
        if opens:
            self.expect()

    def open_code(self, wanted: ToOpen, say: Say, cancelled: Cancelled) -> Workload:
        """Open a person's own code in a process of its own; the next is got ready meanwhile."""
        self.interpreters.use_for(wanted, say)
        return self.engines.open(wanted, say, cancelled, warm=self._keeper is not None)

    @property
    def machine(self) -> str:
        """The machine of the interpreter, as ssh takes it; empty for this one."""
        return self.interpreters.machine

    def files(self, wanted: ToOpen | None, say: Say) -> FarFiles:
        """The files of the machine of an interpreter; called on a thread that may wait.

        Raises:
            ExplorerError: There is no way to them.
        """
        if wanted is not None:
            self.interpreters.use_for(wanted, say)
        interpreter = self.engines.interpreter
        assert interpreter is not None
        return FarFiles(interpreter)

    def expect(self) -> None:
        """Isolated runs are likely soon."""
        if self._keeper is not None:
            self._keeper.expect()

    @property
    def loading(self) -> str:
        """That TensorFlow is being loaded in the window, in words; else empty."""
        loads = self.loader is not None and self.loader.isRunning()
        return "loading TensorFlow" * loads

    @property
    def spare(self) -> str:
        """How far the process for the next isolated run is, in words; empty where there is none."""
        return self._keeper.words if self._keeper is not None else ""

    def close(self) -> None:
        """End every process."""
        if self._keeper is not None:
            self._keeper.close()
        self.engines.close()

    def _mark_wanted(self) -> None:
        for choice, made in zip(CHOICES, self.actions, strict=False):
            made.setChecked(choice == self.chooser.wanted)

    def _loaded(self) -> bool:
        return self.loader is None or self.loader.wait(_LOOK_MS)
