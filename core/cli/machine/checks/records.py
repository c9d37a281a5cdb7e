"""What is recorded: whether every log can be read and the summary agrees with them."""

from __future__ import annotations

from collections.abc import Iterator

from core.cli.machine.checks.check import Check, bad, note
from core.folders import Folders
from core.model.errors import ExplorerError
from core.store.repair import repair

_KEY, _LABEL = "recordings", "recordings"
_MEND = "`python main.py repair` mends what can be mended and says what was done."


def records(where: Folders) -> Iterator[Check]:
    """Look through all recordings; changes nothing."""
    if not where.summary.exists() and not where.logs.is_dir():
        yield Check(_KEY, _LABEL, "none yet")
        return
    try:
        repair_report = repair(where.runs, where.summary, where.logs, dry=True)
    except ExplorerError as error:
        yield bad(_KEY, _LABEL, error.what, error.remedy)
        return
    there, *amiss, _ = repair_report.words()
    if amiss:
        yield note(_KEY, _LABEL, " ".join((there, *amiss[:3])), _MEND)
    else:
        yield Check(_KEY, _LABEL, f"{there} Every checksum is right.")
