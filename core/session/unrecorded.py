"""In place of an archive where nothing is kept on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from core.model.run import Label, LabelValue, Run
from core.store.problem import Problem
from core.store.run_story import StoryLine


class Unrecorded:
    """Keeps nothing; see ``core.store.archive.Archive`` for what its methods are there."""

    notice = ""
    interrupted: tuple[Run, ...] = ()
    unsaved: tuple[str, ...] = ()
    experiments = None
    findings: tuple[Problem, ...] = ()
    elsewhere: tuple[Path, ...] = ()

    def load(self) -> list[Run]:
        """There is none."""
        return []

    def changed_elsewhere(self) -> bool:
        """Nothing is elsewhere."""
        return False

    def refresh(self) -> list[Run]:
        """There is none."""
        return []

    def running_elsewhere(self) -> tuple[Run, ...]:
        """Nothing is elsewhere."""
        return ()

    def begin(self, run: Run) -> tuple[Run, None]:
        """It gets no log."""
        return run, None

    def end(self, run: Run) -> None:
        """Nothing is to be written."""

    def retry(self) -> tuple[Run, ...]:
        """Nothing waits."""
        return ()

    def relabel(self, run: Run, changes: Mapping[str, LabelValue]) -> Label:
        """The label as it is now."""
        return replace(run.label, **changes)  # type: ignore[arg-type]

    def story(self, run_id: str) -> tuple[StoryLine, ...]:
        """Nothing was recorded."""
        return ()

    def close(self) -> None:
        """Nothing is open."""
