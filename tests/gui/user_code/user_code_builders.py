"""Someone's own code as it is once it was opened, without running any."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from core.engines.opening import Say
from core.engines.protocols import Cancelled
from core.model.errors import Cancelled as GivenUp
from core.model.recorded_call import FunctionSeen, RecordedCall, Site
from core.model.to_open import ToOpen
from core.model.user_code import Opened
from core.user_code.function_workload import UserFunctionWorkload
from core.user_code.user_function import UserFunction, content_hash
from core.workloads.workload import Workload

TEXT = """import tensorflow as tf


def load(path):
    return path


def make_dataset():
    files = tf.data.Dataset.list_files("*.tfrecord")
    dataset = files.interleave(tf.data.TFRecordDataset)
    dataset = dataset.map(load)
    return dataset.batch(32)
"""


def write(folder: Path, name: str = "train.py") -> Path:
    """A file of a person's, whose content no other test has agreed to."""
    file = folder / name
    file.write_text(f"{TEXT}\n# {folder}\n")
    return file


def change(file: Path) -> None:
    """Make its content another; no call moves."""
    file.write_text(f"{file.read_text()}# changed\n")


def calls(file: Path) -> tuple[RecordedCall, ...]:
    """What opening ``TEXT`` finds."""

    def call(key: str, method: str, line: int, **more: object) -> RecordedCall:
        text = file.read_text().splitlines()[line - 1]
        column = len(text) - len(text.lstrip())
        start = text.index("= ") + 2 if "= " in text else text.index("return ") + 7
        site = Site(str(file), line, max(column, start), line, len(text), "make_dataset")
        return RecordedCall(key, method, (site,), **more)  # type: ignore[arg-type]

    none = {"num_parallel_calls": None, "deterministic": None}
    seen = FunctionSeen("load", str(file), 4, operations=3, kinds=("DecodeJpeg", "ReadFile"))
    cycle = {"cycle_length": None, "block_length": None, **none}
    batch = {"batch_size": 32, "drop_remainder": False, **none}
    return (
        call("list_files", "list_files", 9, arguments={"shuffle": None}),
        call("interleave", "interleave", 10, arguments=cycle, inputs=("list_files",)),
        call(
            "tfrecord", "TFRecordDataset", 10, arguments={"num_parallel_reads": None},
            inside="interleave", count=400,
        ),
        call("map", "map", 11, arguments=none, inputs=("interleave",), function=seen),
        call("batch", "batch", 12, arguments=batch, given=("batch_size",), inputs=("map",)),
    )  # fmt: skip


def opened(file: Path, name: str = "make_dataset", **more: object) -> UserFunctionWorkload:
    """What opening a file with ``TEXT`` gives; ``more`` are fields of ``Opened``."""
    fields = {"has_model": True, "validation": False, **more}
    found = Opened(calls(file), "TensorSpec(...)", stamp=content_hash(file), **fields)  # type: ignore[arg-type]
    return UserFunctionWorkload(UserFunction(file, name), found)


@dataclass
class ScriptedOpen:
    """Stands for the process that opens: gives what it was told to.

    Attributes:
        gives: What; an exception is raised.
        asked: What it was asked for.
        hold: Where set, it waits for ``release``.
    """

    gives: Workload | BaseException | None = None
    hold: bool = False
    asked: list[ToOpen] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    def __call__(self, wanted: ToOpen, say: Say, cancelled: Cancelled) -> Workload:
        self.asked.append(wanted)
        say("running its code")
        while self.hold and not self.release.wait(0.005):
            if cancelled():
                raise GivenUp
        if isinstance(self.gives, BaseException):
            raise self.gives
        return self.gives or opened(wanted.file, wanted.text.rpartition(":")[2])
