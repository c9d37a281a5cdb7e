"""Comparisons and sweeps in one append-only log; the last record of one is what it now is."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from core.model.experiment import Experiment
from core.records.event_codec import KIND
from core.records.frames import FrameReader, is_cut_off
from core.records.payload import pack, unpack
from core.store.append_log import append, write_log
from core.store.aside import move_aside
from core.store.experiments import from_fields, to_fields

NAME = "experiments.log"
_FORMAT = 1
_KIND = "experiment"
_MOST_BYTES = 2**28


@dataclass
class LoggedExperiments:
    """What the log holds.

    Attributes:
        found: By id, in their order.
        unreadable: Records that are missing or cannot be read.
        newer: Records that a newer version wrote; they are left alone.
    """

    found: dict[str, Experiment] = field(default_factory=dict)
    unreadable: int = 0
    newer: int = 0


class ExperimentLog:
    """The log of one folder. Who writes holds the folder (``locked_folder``)."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def size_bytes(self) -> int:
        """How long it is; 0 where there is none."""
        with contextlib.suppress(OSError):
            return self.path.stat().st_size
        return 0

    def read(self) -> LoggedExperiments:
        """All of it that can be read. A record at the end that is not whole is none yet.

        Raises:
            OSError: It cannot be read.
        """
        logged = LoggedExperiments()
        try:
            if self.size_bytes() > _MOST_BYTES:
                raise OSError(errno.EFBIG, f"it is longer than {_MOST_BYTES:,} bytes")
            data = self.path.read_bytes()
        except FileNotFoundError:
            return logged
        reader = FrameReader(data)
        for payload in reader.payloads():
            try:
                head, _ = unpack(payload)
                if head.get(KIND) != _KIND or head["format"] > _FORMAT:
                    logged.newer += 1
                    continue
                one = from_fields(head["experiment"])
                logged.found[one.id] = one
            except (ValueError, LookupError, TypeError, AttributeError):
                logged.unreadable += 1
        logged.unreadable += reader.missing
        logged.unreadable += sum(
            gap.at_end and not is_cut_off(data[gap.offset :]) for gap in reader.gaps
        )
        return logged

    def add(self, *experiments: Experiment) -> None:
        """Append experiments as they now are.

        Raises:
            OSError: They cannot be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            self.path.touch(exist_ok=False)
        append(self.path, map(_payload, experiments))

    def write_anew(self, experiments: Iterable[Experiment]) -> Path:
        """Keep a damaged log aside and begin another; gives the name of the damaged one.

        Raises:
            OSError: It cannot be renamed or written.
        """
        kept = move_aside(self.path)
        write_log(self.path, map(_payload, experiments))
        return kept


def _payload(experiment: Experiment) -> bytes:
    return pack({KIND: _KIND, "format": _FORMAT, "experiment": to_fields(experiment)})
