"""Changes what a person made of runs (name, note, tags, colour, ...), so that it can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSignalBlocker

from core.model.errors import ExplorerError
from core.model.run import LabelValue
from gui.state.app_state import AppState

Changes = Mapping[str, LabelValue]


def relabel(
    app_state: AppState,
    text: str,
    wanted: Mapping[str, Changes],
    undone: Callable[[tuple[str, ...]], object] = lambda run_ids: None,
) -> tuple[str, ...]:
    """Change labels of runs as one deed that can be undone and done again.

    What cannot be written is told (``AppState.failed``) and stays as it is.

    Args:
        app_state: Has the session and the stack of deeds.
        text: What is done, as it follows "Undo".
        wanted: By id of a run the fields of its label that get other values.
        undone: Told the ids of the runs for which it was undone.

    Returns:
        Ids of the runs that were changed.
    """
    session = app_state.session
    before = {
        run_id: {name: getattr(session.run(run_id).label, name) for name in changes}
        for run_id, changes in wanted.items()
    }
    done: list[str] = []

    def does() -> bool:
        done[:] = _write(app_state, wanted)
        return bool(done)

    def undoes() -> bool:
        written = tuple(_write(app_state, {run_id: before[run_id] for run_id in done}))
        undone(written)
        return bool(written)

    app_state.edits.do(text, does, undoes)
    return tuple(done)


def set_baseline(app_state: AppState, run_id: str | None, text: str) -> None:
    """Make a run the baseline instead of the one that was; None: no baseline."""
    session = app_state.session
    old = session.baseline.id if session.baseline is not None else None

    def put(wanted: str | None) -> bool:
        try:
            session.set_baseline(wanted)
        except ExplorerError as error:
            app_state.failed.emit(str(error), error.details)
            return False
        return True

    app_state.edits.do(text, lambda: put(run_id), lambda: put(old))


def _write(app_state: AppState, wanted: Mapping[str, Changes]) -> list[str]:
    """Write changes down and tell of all of them once: a hundred redraws would take seconds."""
    done: list[str] = []
    failures: list[ExplorerError] = []
    with QSignalBlocker(app_state):
        for run_id, changes in wanted.items():
            try:
                app_state.session.relabel(run_id, **_with_one_baseline(app_state, changes))
                done.append(run_id)
            except ExplorerError as error:
                failures.append(error)
    app_state.runs_changed.emit()
    for failure in failures:
        app_state.failed.emit(str(failure), failure.details)
    return done


def _with_one_baseline(app_state: AppState, changes: Changes) -> Changes:
    """A run that comes back is the baseline again only where none took its place meanwhile."""
    if changes.get("baseline") and app_state.session.baseline is not None:
        return {**changes, "baseline": False}
    return changes
