"""Whose code may be run: what a person has agreed to, by the content of the file."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path, PurePath, PurePosixPath

from core.export.small_json import keep_aside, read_object, write_object
from core.model.environment import far_name
from core.model.errors import ExplorerError
from core.model.plan import RunPlan
from core.model.user_code import UserCode
from core.text.workload_name import workload_name

_FILE = "trusted.json"
_STAMP = re.compile(r"[0-9a-f]{64}")


class Trust:
    """Contents of files that may be run; kept in a folder of this machine's own.

    Opening a recorded session runs nothing, whoever it is from: what it names must first be
    agreed to here, on this machine.

    Attributes:
        notice: What the person should know: the file was damaged, and where it is kept now. Empty
            normally.
    """

    def __init__(self, folder: Path) -> None:
        """Take over what was agreed to before; what cannot be read is asked again."""
        self._path = folder / _FILE
        self._known: dict[str, str] = {}
        self.notice = ""
        try:
            self._known = _agreed(read_object(self._path))
        except ValueError as error:
            moved_to = keep_aside(self._path)
            where = "and cannot be renamed"
            if moved_to is not None:
                where = f"and was kept as {moved_to.name}"
            self.notice = (
                f"What was agreed to on this machine, {self._path}, cannot be used ({error}) "
                f"{where}. Before code of your own runs, you are asked again."
            )

    def trusts(self, stamp: str, file: Path, machine: str = "") -> bool:
        """Whether a content was agreed to, in the folder that it is in.

        A file imports what is beside it. The same content in another folder, such as one that
        came along with a session, can be beside code that nobody agreed to.

        Args:
            stamp: Of the content, and of a script's arguments
                (``core.model.user_code.agreed_stamp``).
            file: The file.
            machine: Where it is, as ssh takes it; empty for this machine.
        """
        where = _where(file, machine)
        return any(self._is_of(key, where) for key in (stamp, _placed(stamp, where)))

    def agree(self, stamp: str, file: Path, machine: str = "") -> None:
        """Agree to a content; where it cannot be kept, it holds until the end of the program."""
        where = _where(file, machine)
        taken = stamp in self._known and not self._is_of(stamp, where)
        self._known[_placed(stamp, where) if taken else stamp] = str(where)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_object(self._path, self._known)
        except (ExplorerError, OSError):
            # Not to be asked again is a convenience, and never worth an error.
            return

    def _is_of(self, key: str, where: PurePath) -> bool:
        known = self._known.get(key)
        return known is not None and type(where)(known).parent == where.parent


def check_agreed(trust: Trust, plan: RunPlan, known: UserCode | None) -> None:
    """Look at the files whose code a run would execute.

    Those of its workload as it is known here, and what its record names: a process of its own
    opens that anew, and in a plan from elsewhere the two need not belong together.

    Args:
        trust: What was agreed to.
        plan: The run.
        known: The code of its workload as it is known here; None for a built-in one.

    Raises:
        ExplorerError: Nobody agreed to one of them.
    """
    for code in filter(None, (plan.code, known)):
        file, stamp = Path(code.file), code.agreed
        if not trust.trusts(stamp, file, code.machine):
            raise ExplorerError(
                f"A run would execute {code.where}, which nobody has agreed to on this machine",
                expected="a file that was opened here since it was last changed, a script with the "
                "same arguments",
                remedy=f"Open it first: {workload_name(plan.workload)} is known from a recording.",
            )


def _where(file: Path, machine: str) -> PurePath:
    """A file, absolute, with the machine in front where that is another."""
    return PurePosixPath(far_name(machine, file.as_posix())) if machine else file.absolute()


def _placed(stamp: str, where: PurePath) -> str:
    """What stands for a content in a further folder."""
    return hashlib.sha256(json.dumps([stamp, str(where.parent)]).encode()).hexdigest()


def _agreed(document: dict[str, object] | None) -> dict[str, str]:
    """Contents and files; anything else was not written by us, and agrees to nothing."""
    for stamp, file in (document or {}).items():
        if not _STAMP.fullmatch(stamp) or not isinstance(file, str):
            raise ValueError("it does not hold what was agreed to")
    return {stamp: str(file) for stamp, file in (document or {}).items()}
