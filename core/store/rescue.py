"""A log that somebody deleted while its run was under way is written once more, as a whole."""

from __future__ import annotations

from core.model.run import Run
from core.store.append_log import write_log
from core.store.file_lock import locked_folder
from core.store.run_log import LOG_FORMAT, RunLog
from core.store.unwritable import unwritable
from core.store.whole_run import whole_records


def written_anew(run: Run, log: RunLog) -> int | None:
    """Write the log of a run that is over from what is in memory.

    Its own file takes records without an error, and is gone with its last handle.

    Args:
        run: The run.
        log: Its log, which is ``gone``; its ``trouble`` says where this does not work either.

    Returns:
        How long it is now; None where it cannot be written.
    """
    folder = log.path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked_folder(folder):
            return write_log(log.path, whole_records(run, LOG_FORMAT))
    except OSError as error:
        what = f"The log of {run.name} was deleted, and cannot be written anew to {folder}"
        log.trouble = unwritable(what, error)
        return None
