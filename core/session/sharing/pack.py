"""Writes runs and experiments into one file, to be handed on."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.analysis.stages.ceilings import ceiling_key
from core.export.files import whole_file
from core.model.errors import Cancelled, ExplorerError
from core.model.experiment import Experiment
from core.model.plan import Part
from core.model.run import Run
from core.session.session import Session
from core.session.sharing.format import (
    MANIFEST,
    SharedMember,
    can_be_shared,
    experiment_name,
    run_name,
    to_text,
    trace_name,
)
from core.session.sharing.outcome import kinds
from core.session.traces import Traces
from core.store.experiments import to_payload
from core.store.run_log import log_path
from core.text.plural import plural

Report = Callable[[float, str], None]
"""Told how far the work is, from 0 to 1, and what it is at."""
_CHUNK = 1024 * 1024
# The first moment that a zip can hold: the same runs give the same bytes at any time.
_WHEN = (1980, 1, 1, 0, 0, 0)
_UNIX, _PLAIN_FILE = 3, 0o100600 << 16


@dataclass(frozen=True)
class ExportBundle:
    """What goes into a file; nothing of it changes any more.

    Attributes:
        runs: The runs, measurements of a part alone among them, by id.
        experiments: Their comparisons and sweeps, by id.
        logs: The folder of the runs' logs.
        traces: Their traces.
    """

    runs: tuple[Run, ...]
    experiments: tuple[Experiment, ...]
    logs: Path
    traces: Traces

    @property
    def text(self) -> str:
        """What a person sees of it: ``3 runs and 1 comparison``."""
        listed = sum(run.plan.part is Part.WHOLE for run in self.runs)
        runs = plural(listed, "run") if listed else ""
        return " and ".join(filter(None, (runs, kinds(self.experiments))))


def export_bundle(session: Session, run_ids: Iterable[str] | None = None) -> ExportBundle:
    """Choose what goes into a file.

    What belongs to the runs comes along: their comparisons and sweeps, their traces, and the
    measurements of a part alone that their ceilings come from. What is in the bin stays here.

    Args:
        session: Has them.
        run_ids: Which runs; None for all that are listed.

    Raises:
        ExplorerError: There is none.
    """
    wanted = None if run_ids is None else set(run_ids)
    shown = [run for run in session.runs if wanted is None or run.id in wanted]
    keys = {ceiling_key(run.plan) for run in shown}
    groups = {run.plan.turn.group for run in shown if run.plan.turn is not None}
    parts = [
        run
        for run in session.every_run.values()
        if run.plan.part is not Part.WHOLE and not run.label.deleted
        if wanted is None or ceiling_key(run.plan) in keys
    ]
    experiments = [
        experiment
        for experiment in session.experiments.all
        if wanted is None or experiment.id in groups
    ]
    runs = sorted(
        (run for run in (*shown, *parts) if can_be_shared(run.id)), key=lambda run: run.id
    )
    if not runs:
        raise ExplorerError(
            "There is no run that could be exported",
            expected="a run that is listed: `python main.py runs` lists them",
        )
    return ExportBundle(
        tuple(runs),
        tuple(
            sorted(
                (o for o in experiments if can_be_shared(o.id)),
                key=lambda experiment: experiment.id,
            )
        ),
        session.folders.logs,
        session.traces,
    )


def write_session(
    path: Path,
    bundle: ExportBundle,
    report: Report = lambda share, what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Write a session's file. Any thread may do it; it goes through piece by piece.

    Args:
        path: Where; what was there is replaced once all of it is on disk.
        bundle: What.
        report: See ``Report``.
        cancelled: Whether the person does not want it any more.

    Returns:
        How long the file is, in bytes.

    Raises:
        InputError: It cannot be written; what was there stays.
        ExplorerError: A log cannot be read.
        Cancelled: What was there stays.
    """
    count = len(bundle.runs) + len(bundle.experiments)
    with whole_file(path) as file:
        with zipfile.ZipFile(file, "w") as zipped:
            packer = _Packer(zipped, cancelled)
            for at, run in enumerate(bundle.runs):
                report(at / count, run.name)
                packer.add_run(run, bundle.logs)
                packer.add_trace(run, bundle.traces)
            for experiment in bundle.experiments:
                packer.add_experiment(experiment)
            packer.add_manifest()
        report(1.0, "")
        return file.tell()


class _Packer:
    """Adds members, and keeps a list of them."""

    def __init__(self, zipped: zipfile.ZipFile, cancelled: Callable[[], bool]) -> None:
        self._zip, self._cancelled = zipped, cancelled
        self._runs: list[SharedMember] = []
        self._experiments: list[SharedMember] = []
        self._traces: list[SharedMember] = []

    def add_run(self, run: Run, logs: Path) -> None:
        """Its log as it is on disk."""
        try:
            with log_path(logs, run.id).open("rb") as log:
                # One that is being written grows on: as much as there is now.
                size = os.fstat(log.fileno()).st_size
                self._runs.append(self._add(run_name(run.id), run.id, log, size))
        except OSError as error:
            raise _unreadable(run.name, error) from error

    def add_trace(self, run: Run, traces: Traces) -> None:
        """Its trace, where there is one."""
        file = traces.file(run.id)
        if file is None:
            return
        try:
            with file.open("rb") as trace:
                size = os.fstat(trace.fileno()).st_size
                self._traces.append(self._add(trace_name(run.id), run.id, trace, size))
        except OSError as error:
            raise _unreadable(f"the trace of {run.name}", error) from error

    def add_experiment(self, experiment: Experiment) -> None:
        """As its record."""
        text = to_payload(experiment)
        name = experiment_name(experiment.id)
        self._experiments.append(self._add(name, experiment.id, io.BytesIO(text), len(text)))

    def add_manifest(self) -> None:
        """The list of what was added."""
        text = to_text(self._runs, self._experiments, self._traces)
        self._add(MANIFEST, "", io.BytesIO(text), len(text))

    def _add(self, name: str, member_id: str, content: IO[bytes], size: int) -> SharedMember:
        info = zipfile.ZipInfo(name, _WHEN)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system, info.external_attr = _UNIX, _PLAIN_FILE
        info.file_size = size  # decides on whether it is written as a large one
        digest, left = hashlib.sha256(), size
        with self._zip.open(info, "w") as member:
            while left and (chunk := _read(content, min(left, _CHUNK), name)):
                if self._cancelled():
                    raise Cancelled
                digest.update(chunk)
                member.write(chunk)
                left -= len(chunk)
        return SharedMember(member_id, size - left, digest.hexdigest())


def _read(content: IO[bytes], size: int, name: str) -> bytes:
    try:
        return content.read(size)
    except OSError as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: OSError) -> ExplorerError:
    return ExplorerError(
        f"{name} cannot be read for the export ({error.strerror or error})",
        remedy="Nothing was written. `python main.py doctor` looks at the folder of the runs.",
    )
