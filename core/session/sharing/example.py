"""The example session: recorded runs that come with the program, to look at before any run."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from core.folders import Folders
from core.model.errors import ExplorerError
from core.session.session import Session
from core.session.sharing.import_target import ImportTarget
from core.session.sharing.unpack import import_session
from resources.files import EXAMPLE

TAG = "example"
"""Each of its runs has it, wherever they are shown or exported to."""


class Example:
    """A copy of it in a folder of its own, so that it never meets the person's own runs.

    Attributes:
        session: Its runs; the first is the baseline.
    """

    def __init__(self, file: Path = EXAMPLE) -> None:
        """Unpack it.

        Args:
            file: What ``scripts/record_example.py`` recorded.

        Raises:
            ExplorerError: It is not there, was changed, or there is no room for it.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="pipeline-explorer-example-"))
        try:
            folders = Folders.under(self._folder)
            folders.make()
            imported = import_session(file, folders, ImportTarget({}, {}))
            if imported.refused:
                raise ExplorerError(f"The example is damaged: {imported.refused[0].text()}")
            self.session = Session(folders)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self.session.example = True
        self.session.set_baseline(self.session.runs[0].id)

    def close(self) -> None:
        """Leave nothing of it behind."""
        self.session.close()
        shutil.rmtree(self._folder, ignore_errors=True)
