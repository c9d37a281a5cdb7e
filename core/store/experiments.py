"""Comparisons and sweeps of a folder, in one log; the last record of an experiment counts."""

from __future__ import annotations

import contextlib
import errno
from pathlib import Path

from core.model.experiment import Experiment
from core.records.decode import Decoder
from core.records.encode import encode
from core.records.entries import LOG_FORMAT, ExperimentSaved
from core.records.frames import FrameReader, is_cut_off
from core.store.append_log import append, frames_of, write_instead
from core.store.locks import locked_folder
from core.store.problem import Problem
from core.store.read_log import NewerLogError, OlderLogError, check_format
from core.store.write_errors import write_error

NAME = "experiments.log"
MOST_BYTES = 2**28
_DECODER = Decoder(ExperimentSaved)


class ExperimentLog:
    """The experiments of one folder, which several programs may use at once.

    Attributes:
        path: The log.
        findings: What was wrong when it was loaded.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.findings: list[Problem] = []
        self._folder = folder
        self._size_bytes = 0

    def load(self, *, act: bool = True) -> list[Experiment]:
        """All that can be read, deleted ones included, oldest first.

        Args:
            act: Whether a damaged log is kept aside and another one begun.
        """
        self.findings = []
        with locked_folder(self._folder):
            experiments = self._read(act=act)
            self._size_bytes = self._length()
        return sorted(experiments.values(), key=lambda experiment: experiment.created)

    def changed_elsewhere(self) -> bool:
        """Whether another program wrote to the log since."""
        return self._length() != self._size_bytes

    def save(self, *experiments: Experiment) -> None:
        """Write experiments as they now are.

        Raises:
            ExplorerError: They cannot be written; what was there before stays as it was.
        """
        try:
            with locked_folder(self._folder):
                known = not self.changed_elsewhere()
                self._folder.mkdir(parents=True, exist_ok=True)
                self.path.touch()
                append(self.path, map(to_payload, experiments))
                if known:
                    self._size_bytes = self._length()
        except OSError as error:
            what = f"The {experiments[0].kind} cannot be written to {self.path}"
            raise write_error(what, error) from error

    def _read(self, *, act: bool) -> dict[str, Experiment]:
        try:
            if self._length() > MOST_BYTES:
                raise OSError(errno.EFBIG, f"it is longer than {MOST_BYTES:,} bytes")
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            self._tell(f"it cannot be read ({error.strerror or error})", mended=False)
            return {}
        reader = FrameReader(data)
        experiments: dict[str, Experiment] = {}
        newer = older = unreadable = 0
        for payload in reader.payloads():
            try:
                experiment = from_payload(payload)
                experiments[experiment.id] = experiment
            except NewerLogError:
                newer += 1
            except OlderLogError:
                older += 1
            except ValueError:
                unreadable += 1
        tails = (data[gap.offset :] for gap in reader.gaps if gap.at_end)
        unreadable += reader.missing + sum(not is_cut_off(tail) for tail in tails)
        if newer:
            self._tell(f"records of a newer version: {newer}", mended=False)
        if older:
            self._begin_anew(experiments, "a development version wrote it", "older", act=act)
        elif unreadable:
            what = f"records that are missing or damaged: {unreadable}"
            self._begin_anew(experiments, what, "damaged", act=act)
        return experiments

    def _begin_anew(
        self, experiments: dict[str, Experiment], what: str, why: str, *, act: bool
    ) -> None:
        done, mended = "the file is kept under another name", True
        if act:
            try:
                data = frames_of(map(to_payload, experiments.values()))
                done = f"the file was kept as {write_instead(self.path, data, why)}"
            except OSError as error:
                done, mended = "", False
                what += f"; it cannot be written anew ({error.strerror or error})"
        self._tell(what, done, mended=mended)

    def _length(self) -> int:
        with contextlib.suppress(OSError):
            return self.path.stat().st_size
        return 0

    def _tell(self, what: str, done: str = "", *, mended: bool = True) -> None:
        self.findings.append(Problem(self.path.name, what, done, mended))


def to_payload(experiment: Experiment) -> bytes:
    """An experiment as a record."""
    return encode(ExperimentSaved(LOG_FORMAT, experiment))


def from_payload(payload: bytes) -> Experiment:
    """The experiment of a record.

    Raises:
        NewerLogError, OlderLogError: It is of another format.
        ValueError: It is none; says why.
    """
    check_format(payload)
    saved: ExperimentSaved = _DECODER.decode(payload)
    return saved.experiment
