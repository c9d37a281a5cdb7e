"""The file that was open when the window was closed, until it or another workload is shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.model.errors import InputError
from core.model.to_open import ToOpen
from core.model.user_code import agreed_stamp
from core.session.trust import Trust
from core.user_code.user_function import content_hash
from gui.state.pipeline_form import PipelineForm
from gui.state.remembered import Json, KeptValues, Remembered
from gui.user_code.code_opener import CodeOpener
from gui.user_code.source import own_source


class LastOpened(QObject):
    """Opens it again, by itself only where it was agreed to and nothing of it has changed.

    Attributes:
        wanted: The file; None where there is none to be opened again.

    Signals:
        changed: ``offered`` is another.
    """

    changed = Signal()

    def __init__(
        self, draft: PipelineForm, opener: CodeOpener, trust: Trust, parent: QObject
    ) -> None:
        """Remember what the form shows.

        Args:
            draft: The form.
            opener: Opens files.
            trust: What was agreed to.
            parent: Part of the window, which finds this there.
        """
        super().__init__(parent)
        self._draft, self._opener, self._trust = draft, opener, trust
        self.wanted: ToOpen | None = None
        self._stamps: dict[str, str] = {}
        Remembered(self, "own code", self._kept_state, self._restore)
        draft.workload_changed.connect(self._forget)
        opener.state_changed.connect(self.changed)
        opener.finished.connect(self._note_failure)

    @property
    def offered(self) -> ToOpen | None:
        """What the person may open again now: nothing while a file is being opened."""
        return None if self._opener.state else self.wanted

    def open(self) -> None:
        """Open it, once it is agreed to."""
        if self.wanted is not None:
            self._opener.open(self.wanted)

    @property
    def opens_by_itself(self) -> bool:
        """Whether opening it asks nothing and runs the code that it ran when it was open."""
        wanted = self.wanted
        if wanted is None or wanted.machine or not self._stamps:
            return False
        try:
            now = {file: content_hash(Path(file)) for file in self._stamps}
            stamp = agreed_stamp(content_hash(wanted.file), wanted.arguments or ())
        except InputError:
            return False
        return now == self._stamps and self._trust.trusts(stamp, wanted.file)

    def _kept_state(self) -> Json:
        source = own_source(self._draft.workload)
        if source is not None:
            stamps = {str(file): stamp for file, stamp in source.stamps.items()}
            return {"open": source.wanted.as_json(), "stamps": stamps}
        if self.wanted is not None:
            return {"open": self.wanted.as_json(), "stamps": self._stamps}
        return {}

    def _restore(self, kept: KeptValues) -> None:
        try:
            self.wanted = ToOpen.from_json(kept.mapping("open"))
        except ValueError:
            return
        self._stamps = kept.mapping("stamps")
        self.changed.emit()

    def _forget(self) -> None:
        self.wanted, self._stamps = None, {}
        self.changed.emit()

    def _note_failure(self) -> None:
        """What failed once is not tried at every start."""
        if not self._opener.busy:
            self._stamps = {}
