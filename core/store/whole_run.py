"""A run as records that hold all of it at once, where it was not recorded event by event.

That is how runs of versions without logs, and runs whose log was damaged, get a log: a first
record with everything but the steps, then the steps in packets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from core.model import checked
from core.model.clock_jump import MOST_JUMPS, ClockJump
from core.model.events import StepsTaken
from core.model.resources import Resources
from core.model.run import PhaseTime, Run, RunState
from core.model.samples import SampleBuffer, Samples
from core.records.event_codec import KIND, Arrays, check_readings, encode
from core.records.payload import pack
from core.records.plan_codec import plan_fields, plan_from
from core.records.values import (
    about_from,
    failure_from,
    fingerprint_from,
    label_from,
    prepared_from,
    reading_fields,
    reading_from,
)
from core.store.arrays import fitting

WHOLE = "whole"
"""The kind of the first record."""
_PACKET = 65_536


def whole_records(run: Run, log_format: int) -> Iterator[bytes]:
    """The payloads of a run that is over, in their order."""
    samples = run.samples
    about = run.resources.about
    head = {
        KIND: WHOLE,
        "format": log_format,
        "id": run.id,
        "number": run.number,
        "created": run.created,
        "state": run.state.value,
        "plan": plan_fields(run.plan),
        "label": asdict(run.label),
        "environment": dict(run.environment),
        "prepared": None if run.prepared is None else asdict(run.prepared),
        "phases": [[str(one.phase), one.at_s] for one in run.phases],
        "epoch_losses": list(run.epoch_losses),
        "fit_wall_s": run.fit_wall_s,
        "time_to_first_batch_s": run.time_to_first_batch_s,
        "failure": None if run.failure is None else asdict(run.failure),
        "fingerprint": None if run.fingerprint is None else asdict(run.fingerprint),
        "pipeline": [reading_fields(one) for one in run.pipeline],
        "resources about": None if about is None else asdict(about),
        "clock jumps": [[one.step, one.by_s] for one in run.clock_jumps],
        "steps": samples.steps,
    }
    rows = run.resources.rows if about is not None else np.empty((0, 0))
    yield pack(head, samples.epoch_starts, samples.loss_steps, samples.losses, rows)
    for at in range(0, samples.steps, _PACKET):
        part = slice(at, at + _PACKET)
        columns = (samples.asked_s[part], samples.ready_s[part], samples.done_s[part])
        yield encode(StepsTaken(np.stack(columns, axis=1), samples.examples[part], None))


class WholeRun:
    """Puts the records together again.

    Attributes:
        run: All but the steps.
    """

    def __init__(self, head: Mapping[str, Any], arrays: Arrays) -> None:
        """Begin with the first record.

        Raises:
            ValueError, LookupError, TypeError, AttributeError: It is none.
        """
        epoch_starts, loss_steps, losses, rows = arrays
        if not epoch_starts.ndim == loss_steps.ndim == losses.ndim == 1:
            raise ValueError("an array of it has an impossible shape")
        self._epoch_starts = epoch_starts.astype(np.int64, copy=False)
        self._loss_steps = loss_steps.astype(np.int64, copy=False)
        self._losses = losses.astype(np.float64, copy=False)
        self._steps = checked.whole(head["steps"], 0)
        about = head["resources about"]
        failure, prepared, fingerprint = (
            head[name] for name in ("failure", "prepared", "fingerprint")
        )
        resources = Resources()
        if about is not None:
            check_readings(rows)
            resources = Resources(about_from(about), rows.astype(np.float64, copy=False))
        self.run = Run(
            plan=plan_from(head["plan"], checked.word(head["id"])),
            number=checked.whole(head["number"], 0),
            created=checked.moment(head["created"]),
            state=RunState(head["state"]),
            environment=checked.values(head["environment"]),
            prepared=None if prepared is None else prepared_from(prepared),
            epoch_losses=tuple(map(checked.loss, head["epoch_losses"])),
            phases=tuple(
                PhaseTime(checked.text(phase), checked.number(at_s))
                for phase, at_s in head["phases"]
            ),
            fit_wall_s=checked.number_or_none(head["fit_wall_s"]),
            time_to_first_batch_s=checked.number_or_none(head["time_to_first_batch_s"]),
            failure=None if failure is None else failure_from(failure),
            fingerprint=None if fingerprint is None else fingerprint_from(fingerprint),
            pipeline=tuple(reading_from(*one) for one in head["pipeline"]),
            resources=resources,
            clock_jumps=_jumps(head.get("clock jumps", [])),
            label=label_from(head["label"]),
        )
        if not self.run.state.over:
            raise ValueError("it is the whole of a run that is not over")
        self._buffer = SampleBuffer()

    def add(self, packet: StepsTaken) -> None:
        """Take in the next steps."""
        self._buffer.add_steps(packet.times_s, packet.examples)

    @property
    def complete(self) -> bool:
        """Whether all steps are there."""
        return len(self._buffer) == self._steps

    def finished(self) -> Run:
        """The run; where steps are missing, with what belongs to those that are there.

        Raises:
            ValueError: Its arrays do not fit together.
        """
        columns, starts = self._buffer.samples(), self._epoch_starts
        loss_steps, losses = self._loss_steps, self._losses
        if not self.complete:
            starts = starts[starts < max(1, columns.steps)]
            known = loss_steps <= columns.steps
            loss_steps, losses = loss_steps[known], losses[known]
        samples = Samples(
            columns.asked_s,
            columns.ready_s,
            columns.done_s,
            columns.examples,
            starts,
            loss_steps,
            losses,
        )
        return replace(self.run, samples=fitting(samples))


def _jumps(found: object) -> tuple[ClockJump, ...]:
    """Logs that were written before there were any have none."""
    every = checked.items(found, MOST_JUMPS)
    return tuple(ClockJump(checked.whole(step, 0), checked.number(by_s)) for step, by_s in every)
