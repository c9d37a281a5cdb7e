"""Says in the status bar what goes on beside runs."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.recordings.following import Follower
from gui.running.run_status import RunStatus
from gui.sharing.sharer import Sharer
from gui.starting.engine_parts import EngineParts
from gui.user_code.code_opener import CodeOpener


class Background(QObject):
    """Listens to what may go on, and shows the first thing that does."""

    def __init__(
        self,
        status: RunStatus,
        opener: CodeOpener,
        sharer: Sharer,
        follower: Follower,
        engine: EngineParts,
    ) -> None:
        """Begin to listen.

        Args:
            status: Shows it.
            opener: Opens a person's own code.
            sharer: Exports and imports sessions.
            follower: Follows recordings of other programs.
            engine: Gets ready what runs need.
        """
        super().__init__(status)
        self._status, self._opener, self._sharer = status, opener, sharer
        self._follower, self._engine = follower, engine
        for work in (opener, sharer, follower, engine):
            work.state_changed.connect(self._show)

    def _show(self) -> None:
        doing = self._opener.state or self._sharer.state
        doing = doing or self._follower.state or self._engine.loading
        self._status.set_background(doing, self._engine.spare)
