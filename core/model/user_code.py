"""A person's own code, as a plan refers to it: enough to show its stages and to open it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from core.model.environment import far_name
from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.python_versions import StrEnum

WORKLOAD = "WORKLOAD"
"""The name to which a file binds the workload that it declares."""
Stamps = tuple[tuple[str, str], ...]
"""SHA-256 of files' contents, by path."""


class CodeKind(StrEnum):
    """What of a file is run."""

    FUNCTION = "function"
    SCRIPT = "script"
    WORKLOAD = "workload"


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
        beside: Calls that it does not come from: those whose result is dropped, caches in files.
        machine: Where the files are, as ssh takes it; empty for this machine.
    """

    calls: tuple[RecordedCall, ...]
    element_spec: str
    has_model: bool
    validation: bool
    stamp: str
    endless: bool = False
    others: Stamps = ()
    beside: tuple[RecordedCall, ...] = ()
    machine: str = ""


@dataclass(frozen=True)
class Trained:
    """How a script trains.

    Attributes:
        epochs: As it gives them to ``fit``.
        steps_per_epoch: Likewise; None for the whole data.
        callbacks: Names of the classes of its callbacks.
        passed_on: Names of other arguments that ``fit`` is given here too.
        left_out: Names of those that it is not given here.
        place: The line that calls ``fit``.
        before: The calls of ``fit`` before it, which are cut to one step here.
        lines: Lines that call ``fit``, or a method of that name.
        run_eagerly: It compiles its model with that; here the train step is compiled.
        eager_line: Line that says so; 0 where it is not found.
        loop_line: Line of the loop that calls ``fit`` for one epoch at a time, or that makes a
            dataset for each call; 0 for none.
        makes_anew: That loop makes the dataset too.
        compile_line: Where that loop compiles a model; 0 for nowhere.
        batch_hooks: Methods of its callbacks that work before or after every batch.
        site: The call of ``fit``; None where it was not recorded.
    """

    epochs: int = 1
    steps_per_epoch: int | None = None
    callbacks: tuple[str, ...] = ()
    passed_on: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    place: str = ""
    before: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    run_eagerly: bool = False
    eager_line: int = 0
    loop_line: int = 0
    makes_anew: bool = False
    compile_line: int = 0
    batch_hooks: tuple[FunctionSeen, ...] = ()
    site: Site | None = None


@dataclass(frozen=True)
class UserCode:
    """A function, a training script or a declared workload in a file.

    Attributes:
        kind: Which of these.
        file: Path of the file.
        opened: What it was found to do; of a declared workload, whose stages are known to its
            code alone, no more than the hashes.
        function: The function's name, or that of a dataset at the top of the file.
        arguments: Those of a script.
        fit: Which of a script's calls of ``fit`` is taken, from 1.
        trained: How a script trains.
    """

    kind: CodeKind
    file: str
    opened: Opened
    function: str = ""
    arguments: tuple[str, ...] = ()
    fit: int = 1
    trained: Trained | None = None

    @property
    def machine(self) -> str:
        """The machine that its files are on, as ssh takes it; empty for this one."""
        return self.opened.machine

    @property
    def where(self) -> str:
        """Its file, with the machine in front where that is another."""
        return far_name(self.machine, self.file)

    @property
    def on_machine(self) -> str:
        """Behind a name: `` on gpu1``; empty for this machine."""
        return f" on {self.machine}" if self.machine else ""

    def on(self, machine: str) -> UserCode:
        """The same on a machine, as that machine itself or another one names it."""
        return replace(self, opened=replace(self.opened, machine=machine))

    @property
    def agreed(self) -> str:
        """What must have been agreed to before any of it is run."""
        return agreed_stamp(self.opened.stamp, self.arguments)

    @property
    def declared_id(self) -> str:
        """The id of the workload that its file declares."""
        return f"{self.file}:{WORKLOAD}@{self.opened.stamp[:8]}"


@dataclass(frozen=True)
class WatchedFit:
    """A call of ``fit`` of a script that ran by itself and was only watched.

    Attributes:
        file: The script, absolute.
        arguments: What it was run with.
        fit: Which call of ``fit`` of the process it was, from 1: what ``--fit`` takes.
        place: The line that called it: ``train.py:40``.
    """

    file: str
    arguments: tuple[str, ...] = ()
    fit: int = 1
    place: str = ""


def agreed_stamp(stamp: str, arguments: Sequence[str] = ()) -> str:
    """What is agreed to: a file's content, and for a script the arguments that it gets.

    A recording can name other arguments than those that a person ever gave a script, and what a
    script does, and to which files, follows from them.
    """
    if not arguments:
        return stamp
    return hashlib.sha256(json.dumps([stamp, *arguments]).encode()).hexdigest()


def content_id(opened: Opened) -> str:
    """Eight hex digits that say which code made a pipeline, and what it came to.

    Not part of it is what the data alone decide on, and how often TensorFlow traced a function.
    """
    calls = [
        replace(call, elements=None, element_bytes=None, count=1 if call.inside else call.count)
        for call in opened.calls
    ]
    text = json.dumps([opened.stamp, opened.others, calls], default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _plain(value: Any) -> object:
    """Without fields at their default: one that is added later leaves the ids as they are."""
    if isinstance(value, Mapping):
        return dict(value)
    return {
        field.name: getattr(value, field.name)
        for field in fields(value)
        if getattr(value, field.name) != field.default
    }
