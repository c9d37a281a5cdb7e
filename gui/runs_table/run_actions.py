"""What can be done to the selected runs: one action each, for table, menus and palette."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from core.model.run import LabelValue, Run
from gui.runs_table.colour_menu import fill_colour_menu, free_index
from gui.runs_table.run_dialogs import RunDialogs
from gui.state.app_state import AppState
from gui.state.run_labels import relabel, set_baseline
from gui.widgets.undo_bar import UndoBar


class RunActions(QObject):
    """Makes the actions and does what they say.

    Every action acts on the selected runs. The keys work while ``panel`` or a part of it has the
    keyboard; a text field in it keeps the letters that are typed into it.

    Attributes:
        rename, note, tags, colour, hide, solo, pin, baseline, delete, restore, undo, redo, compare,
            use_settings, again, script, copy, export, log: The actions.
        undo_bar: Says what was deleted.

    Signals:
        rename_requested: The name of a run is to be edited in its row: the run's id.
        copy_requested: The selected rows are to be copied.
        compare_requested: The selected runs are to be shown side by side.
        settings_requested: The pipeline is to be set as in a run: the run's id.
        again_requested: The selected runs are to be run again.
        script_requested: The script of a run that was watched is to be opened: the run's id.
        export_requested: The selected runs are to be exported.
        menu_requested: A menu is to be opened at the row that has the keyboard.
        deleted: Runs are gone from the list.
    """

    rename_requested = Signal(str)
    copy_requested = Signal()
    compare_requested = Signal()
    settings_requested = Signal(str)
    again_requested = Signal()
    script_requested = Signal(str)
    export_requested = Signal()
    menu_requested = Signal(QMenu)
    deleted = Signal()

    def __init__(self, app_state: AppState, panel: QWidget) -> None:
        super().__init__(panel)
        self._app_state, self._panel = app_state, panel
        self._dialogs = RunDialogs(app_state, panel)
        self.undo_bar = UndoBar(app_state.edits, panel)
        make = self._make
        self.rename = make("Rename", "Give the selected run a name", ["F2"], self._rename)
        self.note = make(
            "Note…", "Write a note on the selected run", ["N"],
            lambda: self._dialogs.note(self._selected[-1]),
        )  # fmt: skip
        self.tags = make(
            "Tags…", "Change the tags of the selected runs, by which the list can be filtered",
            ["G"], lambda: self._dialogs.tags(self._selected),
        )  # fmt: skip
        self.colour = make(
            "Colour", "Choose the colour of the selected runs in plots and lists", ["K"],
            lambda: self.menu_requested.emit(self._colours),
        )  # fmt: skip
        self._colours = QMenu(panel)
        self._colours.aboutToShow.connect(self._offer_colours)
        self.colour.setMenu(self._colours)
        self.hide = make(
            "Hide",
            "Leave the selected runs out of the plots, or bring them back",
            ["H"],
            lambda: self.set_hidden(self._selected),
        )
        self.solo = make(
            "Show only these", "Show the selected runs alone in the plots; again: all others too",
            ["Shift+H"], lambda: self.toggle_solo(self._selected),
        )  # fmt: skip
        self.pin = make(
            "Pin", "Keep the selected runs above the others; again: among them", ["P"], self._pin
        )
        self.baseline = make(
            "Make baseline",
            "Compare the other runs with the selected one; again: with none",
            ["B"],
            self._set_baseline,
        )
        self.compare = make(
            "Side by side",
            "Show the selected runs side by side; one alone is compared with the baseline",
            ["C"],
            self.compare_requested.emit,
        )
        self.use_settings = make(
            "Use these settings",
            "Set the pipeline as in the selected run, to run it again or to change it",
            ["U"],
            lambda: self.settings_requested.emit(self._selected[-1].id),
        )
        self.again = make(
            "Run again",
            "Run the settings of the selected runs again, each once; they wait where one is under "
            "way",
            ["R"],
            self.again_requested.emit,
        )
        self.script = make(
            "Open the script to diagnose it",
            "Open the script of a training that was watched; it asks before it runs code",
            ["O"],
            lambda: self.script_requested.emit(self._selected[-1].id),
        )
        self.copy = make(
            "Copy rows",
            "Copy the selected runs with headings and units, to paste into a spreadsheet",
            [QKeySequence(QKeySequence.StandardKey.Copy)],
            self.copy_requested.emit,
        )
        self.export = make(
            "Export selected runs\N{HORIZONTAL ELLIPSIS}",
            "Write the selected runs, with their comparisons and sweeps, into one file, to be "
            "imported elsewhere",
            ["E"],
            self.export_requested.emit,
        )
        self.log = make(
            "Log…", "Show what happened in the selected run and what TensorFlow printed", ["L"],
            lambda: self._dialogs.log(self._selected[-1]),
        )  # fmt: skip
        self.delete = make(
            "Delete", "Delete the selected runs; Ctrl+Z brings them back", ["Del"], self._delete
        )
        self.restore = make(
            "Deleted runs…", "List the deleted runs and bring some of them back", ["Shift+Del"],
            self._dialogs.bin,
        )  # fmt: skip
        self.undo, self.redo = app_state.edits.undo_action, app_state.edits.redo_action
        for signal in (app_state.selection_changed, app_state.runs_changed, app_state.solo_changed):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say what can be done now."""
        runs = self._selected
        baseline = self._app_state.session.baseline
        others = [run for run in runs if baseline is None or run.id != baseline.id]
        for action in (self.rename, self.note, self.baseline, self.use_settings, self.log):
            action.setEnabled(len(runs) == 1)
        watched = len(runs) == 1 and runs[0].plan.watched is not None
        self.script.setEnabled(watched)
        self.script.setVisible(watched)
        for action in (self.hide, self.again, self.copy, self.export, self.delete, self.tags):
            action.setEnabled(bool(runs))
        for action in (self.colour, self.pin):
            action.setEnabled(bool(runs))
        self.solo.setEnabled(bool(runs) or bool(self._app_state.solo))
        self.restore.setEnabled(self._app_state.session.has_deleted)
        self.again.setText(f"Run {len(runs)} again" if len(runs) > 1 else "Run again")
        self.compare.setEnabled(len(runs) > 1 or (baseline is not None and bool(others)))
        self.hide.setText("Show" if runs and all(run.label.hidden for run in runs) else "Hide")
        self.solo.setText("Show the others again" if self._app_state.solo else "Show only these")
        self.pin.setText("Unpin" if runs and all(run.label.pinned for run in runs) else "Pin")
        is_baseline = len(runs) == 1 and runs[0].label.baseline
        self.baseline.setText("Unset baseline" if is_baseline else "Make baseline")

    def set_hidden(self, runs: Sequence[Run]) -> None:
        """Hide runs from the plots; where all are hidden, show them."""
        hidden = not all(run.label.hidden for run in runs)
        self._each(runs, "hide" if hidden else "show", hidden=hidden)

    def toggle_solo(self, runs: Sequence[Run]) -> None:
        """Show runs alone in the plots; where some are shown alone, show all again."""
        self._app_state.set_solo(() if self._app_state.solo else [run.id for run in runs])

    def offer_baseline(self) -> Run | None:
        """The run that could be the baseline, of the workload that was run last."""
        runs = self._app_state.session.runs
        return self._app_state.session.baseline_offered(runs[-1].plan.workload) if runs else None

    def take_offer(self) -> None:
        """Make that run the baseline."""
        run = self.offer_baseline()
        if run is not None:
            set_baseline(self._app_state, run.id, f"baseline {self._name(run)}")

    # -- inside -------------------------------------------------------------------------------

    @property
    def _selected(self) -> tuple[Run, ...]:
        return self._app_state.selection

    def _make(
        self,
        text: str,
        tip: str,
        keys: list[str] | list[QKeySequence],
        do: Callable[[], object],
    ) -> QAction:
        action = QAction(text, self)
        shortcuts = [QKeySequence(key) for key in keys]
        action.setShortcuts(shortcuts)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key_names = " or ".join(key.toString() for key in shortcuts)
        action.setToolTip(f"{tip} ({key_names})")
        action.triggered.connect(lambda: self._act(do))
        self._panel.addAction(action)
        return action

    def _act(self, do: Callable[[], object]) -> None:
        self.undo_bar.hide()
        do()

    def _rename(self) -> None:
        self.rename_requested.emit(self._selected[-1].id)

    def _name(self, run: Run) -> str:
        return self._app_state.session.experiments.name_of(run)

    def _what(self, runs: Sequence[Run]) -> str:
        return self._name(runs[0]) if len(runs) == 1 else f"{len(runs)} runs"

    def _each(self, runs: Sequence[Run], deed: str, **changes: LabelValue) -> tuple[str, ...]:
        """Change the same of some runs, as one deed."""
        wanted: Mapping[str, Mapping[str, LabelValue]] = {run.id: changes for run in runs}
        return relabel(
            self._app_state, f"{deed} {self._what(runs)}", wanted, self._app_state.select
        )

    def _pin(self) -> None:
        pinned = not all(run.label.pinned for run in self._selected)
        self._each(self._selected, "pin" if pinned else "unpin", pinned=pinned)

    def _set_baseline(self) -> None:
        run = self._selected[-1]
        wanted = None if run.label.baseline else run.id
        set_baseline(self._app_state, wanted, f"baseline {self._name(run)}")

    def _offer_colours(self) -> None:
        chosen = {run.id for run in self._selected}
        runs = self._app_state.session.runs
        taken = {run.label.colour for run in runs if run.id not in chosen}
        fill_colour_menu(
            self._colours, self._app_state.theme, taken, partial(self._set_colour, taken)
        )

    def _set_colour(self, taken: set[int], place: int) -> None:
        wanted: dict[str, Mapping[str, LabelValue]] = {}
        for run in self._selected:
            colour = free_index(place, taken)
            taken.add(colour)
            wanted[run.id] = {"colour": colour}
        relabel(self._app_state, f"colour of {self._what(self._selected)}", wanted)

    def _delete(self) -> None:
        for run in self._selected:
            if not run.state.over:
                # Not a failure: the rest is deleted, and this one can be once it is stopped.
                followed = run.id in self._app_state.session.following
                first = "stop following it first" if followed else "stop it first"
                self._app_state.message.emit(
                    f"{self._name(run)} is under way: {first}, then delete it."
                )
        over = [run for run in self._selected if run.state.over]
        if over and (gone := self._each(over, "delete", deleted=True, baseline=False)):
            what = over[0].name if len(over) == 1 else f"{len(gone)} runs"
            self.undo_bar.say(f"Deleted {what}.")
            self.deleted.emit()
        self.refresh()
