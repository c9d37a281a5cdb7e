"""What the workloads that a person opened have in common: a file, its content, an id of both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from core.model.call_json import calls_to_json
from core.model.errors import InputError
from core.model.recorded_call import RecordedCall
from core.workloads.own_errors import OwnError, error_while_running
from core.workloads.own_file import content_hash
from core.workloads.workload import Workload

Stamps = tuple[tuple[str, str], ...]
"""SHA-256 of files' contents, by path."""


@dataclass(frozen=True)
class Opened:
    """What came of a function or a script that was run under observation.

    Attributes:
        calls: The calls that its dataset comes from.
        element_spec: Of a batch, as TensorFlow prints it.
        has_model: It comes with a model.
        validation: There is a second dataset too.
        stamp: Hash of the file's content.
        endless: It never runs out of batches.
        others: Hashes of modules in the file's folder that it imported, by path.
    """

    calls: tuple[RecordedCall, ...]
    element_spec: str
    has_model: bool
    validation: bool
    stamp: str
    endless: bool = False
    others: Stamps = ()


@dataclass(frozen=True)
class Own(Workload):
    """Someone's own code as a workload; ``own_code``, ``own_script_code`` and ``own_workload``.

    What a built-in workload's class says of itself, each instance says here.
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    description: ClassVar[str] = ""

    def __getattribute__(self, name: str) -> Any:
        """The id, title and description are those of the code."""
        if name in ("id", "title", "description"):
            return getattr(self, f"_own_{name}")
        return super().__getattribute__(name)

    @property
    def validation(self) -> bool:
        """There is a second dataset, of validation, which no run here uses."""
        return False

    def their_error(self, error: BaseException) -> OwnError | None:
        """See the base class."""
        return error_while_running(error, self.own_files()[0][0])

    def check_files(self, stamps: Sequence[tuple[Path | str, str]]) -> None:
        """Make sure that files are as they were when they were opened: nothing else is ever run.

        Raises:
            InputError: One is another, or gone.
        """
        for name, stamp in stamps:
            if content_hash(Path(name)) != stamp:
                raise InputError(
                    f"{name} has changed since it was opened",
                    remedy="Open it again: the stages are then those of the new text.",
                )


def content_id(opened: Opened) -> str:
    """Eight hex digits that say which code made a pipeline, and what it came to.

    Not part of it is what the data alone decide on, and how often TensorFlow traced a function.
    """
    calls = [
        replace(call, elements=None, element_bytes=None, count=1 if call.inside else call.count)
        for call in opened.calls
    ]
    text = json.dumps([opened.stamp, opened.others, calls_to_json(calls)])
    return hashlib.sha256(text.encode()).hexdigest()[:8]
