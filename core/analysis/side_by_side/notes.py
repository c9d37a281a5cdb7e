"""What makes runs that are laid side by side doubtful, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.comparisons.same_training import listed, training_notes
from core.analysis.doubts.by_run import DoubtsByRun
from core.analysis.doubts.catalogue import FEW_STEPS
from core.metrics.accounting import steady_account
from core.model.environment import seen_of
from core.model.measured.emulation import ACCELERATOR
from core.model.run import Run, RunState


def side_by_side_notes(
    baseline: Run, others: Sequence[Run], doubts: DoubtsByRun
) -> tuple[str, ...]:
    """What is to be known before the figures are believed.

    Args:
        baseline: What the others are compared with.
        others: The other runs.
        doubts: The doubts of the baseline and the others, in this order.
    """
    runs = (baseline, *others)
    return (
        *_state_notes(runs),
        *_unlike_notes(baseline, others),
        *training_notes(others, baseline),
        *_environment_notes(baseline, others),
        *_length_notes(runs),
        *_doubt_notes(runs, doubts),
    )


def _state_notes(runs: Sequence[Run]) -> tuple[str, ...]:
    words_by_state = {
        RunState.WAITING: "has not begun",
        RunState.RUNNING: "is still under way: its figures will change",
        RunState.STOPPED: "was stopped before its end",
        RunState.FAILED: "failed before its end",
        RunState.INTERRUPTED: "was interrupted before its end, as its program ended",
    }
    return tuple(
        f"{run.name} {words}."
        for state, words in words_by_state.items()
        for run in runs
        if run.state is state
    )


def _unlike_notes(baseline: Run, others: Sequence[Run]) -> tuple[str, ...]:
    """Other work or another device: the figures then speak of different things."""
    notes = []
    workloads = [run for run in others if run.plan.workload != baseline.plan.workload]
    if workloads:
        notes.append(
            f"{listed(workloads)} against {baseline.name}: another workload, so no difference is "
            "given."
        )
    devices = [run for run in others if run.plan.device != baseline.plan.device]
    if devices:
        notes.append(
            f"{listed(devices)} against {baseline.name}: another device "
            f"({', '.join(dict.fromkeys(r.plan.device for r in devices))} instead of "
            f"{baseline.plan.device})."
        )
    for run in others:
        if run.prepared is None or baseline.prepared is None:
            continue
        here, there = _beside_device(run), _beside_device(baseline)
        if here != there:
            notes.append(
                f"What is emulated besides the device differs: {', '.join(here) or 'nothing'} in "
                f"{run.name}, {', '.join(there) or 'nothing'} in {baseline.name}."
            )
    return tuple(notes)


def _beside_device(run: Run) -> tuple[str, ...]:
    """What is emulated apart from the device, which has a note of its own."""
    return tuple(text for text in run.emulations if not text.startswith(ACCELERATOR))


def _environment_notes(baseline: Run, others: Sequence[Run]) -> tuple[str, ...]:
    notes = []
    for run in others:
        if not run.environment or not baseline.environment:
            continue
        keys = dict.fromkeys((*baseline.environment, *run.environment))
        unlike = [
            f"{key} ({seen_of(run.environment, key)} instead of "
            f"{seen_of(baseline.environment, key)})"
            for key in keys
            if run.environment.get(key) != baseline.environment.get(key)
        ]
        if unlike:
            notes.append(
                f"{run.name} against {baseline.name}: another environment, {', '.join(unlike)}."
            )
    return tuple(notes)


def _doubt_notes(runs: Sequence[Run], doubts: DoubtsByRun) -> tuple[str, ...]:
    """What is doubtful about a run by itself and was not said above."""
    mentioned = ("few_steps", "ended_early")
    return tuple(
        f"{run.name}: {doubt.text}"
        for run, of_run in zip(runs, doubts.by_run, strict=True)
        for doubt in of_run
        if doubt.key not in mentioned
    )


def _length_notes(runs: Sequence[Run]) -> tuple[str, ...]:
    short = []
    for run in runs:
        account = steady_account(run)
        steps = account.steps if account else 0
        if steps < FEW_STEPS:
            short.append((run, steps))
    if not short:
        return ()
    counts = ", ".join(str(steps) for _, steps in short[:3])
    more = " and others" if len(short) > 3 else ""
    return (
        f"Few steady steps in {listed([run for run, _ in short])} ({counts}{more}; at least "
        f"{FEW_STEPS} are wanted): their figures are rough.",
    )
