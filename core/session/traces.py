"""The traces of runs: files beside the logs, which can be deleted by themselves."""

from __future__ import annotations

import contextlib
from pathlib import Path

from core.model.errors import ExplorerError
from core.model.tracing import TRACE_ENDING
from core.store.run_log import is_plain


class Traces:
    """The folder of traces.

    Attributes:
        folder: Holds one file a traced run; it need not be there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, run_id: str) -> Path | None:
        """The trace of a run; None where there is none."""
        path = self.path(run_id)
        return path if is_plain(run_id) and path.is_file() else None

    def path(self, run_id: str) -> Path:
        """Where the trace of a run is, or would be."""
        return self.folder / f"{run_id}{TRACE_ENDING}"

    @property
    def run_ids(self) -> frozenset[str]:
        """Ids of the runs that have a trace."""
        files = self.folder.glob(f"*{TRACE_ENDING}")
        return frozenset(file.name.removesuffix(TRACE_ENDING) for file in files)

    def size_bytes(self, run_id: str) -> int:
        """What the trace of a run takes; 0 where there is none."""
        file = self.file(run_id)
        with contextlib.suppress(OSError):
            return 0 if file is None else file.stat().st_size
        return 0

    def delete(self, run_id: str) -> int:
        """Delete the trace of a run, and nothing else of it; the bytes that this freed.

        Raises:
            ExplorerError: The file cannot be deleted.
        """
        file, size_bytes = self.file(run_id), self.size_bytes(run_id)
        try:
            if file is not None:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise ExplorerError(
                f"The trace {file} cannot be deleted ({error.strerror or error})",
                remedy="Does another program have it open?",
            ) from error
        return size_bytes
