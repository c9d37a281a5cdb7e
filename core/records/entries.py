"""What logs and the summary hold beside the events of runs."""

from __future__ import annotations

from dataclasses import dataclass

from core.model.experiment import Experiment
from core.model.plan import RunPlan
from core.model.run import Label, LabelValue, Run

LOG_FORMAT = 5
"""Of the records in a log.

A new kind of record, a renamed field or class, and a new field without a default each need the
next number: logs of another format are not read.
"""


@dataclass(frozen=True)
class RunBegun:
    """The first record of a run's log.

    Attributes:
        format: See ``LOG_FORMAT``.
        number: Of the run.
        created: When it was started, ISO 8601 in UTC.
        plan: What it is to do.
        label: What it is called at first.
    """

    format: int
    number: int
    created: str
    plan: RunPlan
    label: Label


@dataclass(frozen=True)
class Relabelled:
    """The person changed the label of a run; None for what stays.

    Each program writes what was changed in it alone, so that two windows do not undo each other.
    ``pinned`` and ``baseline`` are written together: where ``pinned`` stands alone, a version wrote
    it that knew one pin only, the baseline.
    """

    name: str | None = None
    note: str | None = None
    colour: int | None = None
    hidden: bool | None = None
    pinned: bool | None = None
    deleted: bool | None = None
    baseline: bool | None = None
    tags: tuple[str, ...] | None = None

    def changes(self) -> dict[str, LabelValue]:
        """The fields of a label that are changed, and their values."""
        changes = {name: value for name, value in vars(self).items() if value is not None}
        if "pinned" in changes:
            changes.setdefault("baseline", changes["pinned"])
        return changes


@dataclass(frozen=True)
class ExperimentSaved:
    """A comparison or sweep as it now is; the last record of an experiment counts.

    Attributes:
        format: See ``LOG_FORMAT``.
        experiment: The experiment.
    """

    format: int
    experiment: Experiment


@dataclass(frozen=True)
class RunSummary:
    """What the list of runs shows of a run, without reading its log.

    Attributes:
        log_bytes: Size of the log that it was made from.
        log_changed_ns: When that log was last changed, as the file system tells.
        run: The run with its figures, but without samples and readings.
    """

    log_bytes: int
    log_changed_ns: int
    run: Run
