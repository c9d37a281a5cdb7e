"""The dialogs on runs: note, tags, log, and what was deleted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from core.model.run import Run
from gui.runs_table.bin_dialog import BinDialog
from gui.runs_table.note_dialog import NoteDialog
from gui.runs_table.run_log_dialog import RunLogDialog
from gui.runs_table.tags_dialog import TagsDialog
from gui.state.app_state import AppState
from gui.state.run_labels import relabel


class RunDialogs:
    """Opens them beside a panel; none of them holds up the window."""

    def __init__(self, app_state: AppState, panel: QWidget) -> None:
        self._app_state, self._panel = app_state, panel

    def note(self, run: Run) -> None:
        """Ask for the note of a run."""
        name = self._app_state.session.experiments.name_of(run)
        dialog = NoteDialog(name, run.label.note, self._panel)
        dialog.noted.connect(
            lambda text: relabel(self._app_state, f"note of {name}", {run.id: {"note": text}})
        )
        dialog.open()

    def tags(self, runs: Sequence[Run]) -> None:
        """Ask for the tags that runs have in common; what each has beside them stays."""
        session = self._app_state.session
        name = session.experiments.name_of(runs[0]) if len(runs) == 1 else f"{len(runs)} runs"
        shared = [tag for tag in runs[0].label.tags if all(tag in run.label.tags for run in runs)]
        known = sorted({tag for run in session.runs for tag in run.label.tags})

        def put(tags: tuple[str, ...]) -> None:
            wanted = {}
            for run in runs:
                own = (tag for tag in run.label.tags if tag not in shared)
                wanted[run.id] = {"tags": tuple(dict.fromkeys((*tags, *own)))}
            relabel(self._app_state, f"tags of {name}", wanted)

        dialog = TagsDialog(name, shared, known, self._panel)
        dialog.tagged.connect(put)
        dialog.open()

    def log(self, run: Run) -> None:
        """Show what happened in a run."""
        session = self._app_state.session
        RunLogDialog(
            lambda: session.experiments.named(session.run(run.id)),
            lambda: session.story(run.id),
            session.folders.logs,
            self._panel,
        ).show()

    def bin(self) -> None:
        """List the deleted runs."""
        named = self._app_state.session.experiments.named
        dialog = BinDialog([named(run) for run in self._app_state.session.deleted], self._panel)
        dialog.restore_requested.connect(self._restore)
        dialog.open()

    def _restore(self, run_ids: tuple[str, ...]) -> None:
        count = len(run_ids)
        what = f"{count} runs" if count > 1 else "a run"
        wanted = {run_id: {"deleted": False} for run_id in run_ids}
        if relabel(self._app_state, f"restore {what}", wanted):
            self._app_state.select(run_ids)
