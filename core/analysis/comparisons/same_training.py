"""Whether runs train on the same examples: two settings are only comparable if they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.model.run import Run
from core.model.settings import Settings
from core.pipeline.training import Aspects, lost_order, training_aspects


def listed(runs: Sequence[Run]) -> str:
    """Names of runs for a sentence: ``run 2``, ``run 2 and run 3``, ``run 2 and 7 more``."""
    names = [run.name for run in runs]
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def other_workload_notes(others: Sequence[Run], baseline: Run) -> tuple[str, ...]:
    """Which runs are of another workload than the baseline, in a sentence; mostly nothing."""
    foreign = [run for run in others if run.plan.workload != baseline.plan.workload]
    return (f"{listed(foreign)} against {baseline.name}: another workload.",) if foreign else ()


def training_notes(others: Sequence[Run], baseline: Run) -> tuple[str, ...]:
    """What makes the training of some runs another than the baseline's, in sentences."""
    peers = [run for run in others if run.plan.workload == baseline.plan.workload]
    known = [
        (run, settings) for run in (baseline, *peers) if (settings := run.settings) is not None
    ]
    aspects = [(run, training_aspects(settings)) for run, settings in known]
    return (
        *_unlike_notes(aspects, baseline),
        *_order_notes(known, len(peers) + 1),
        *_data_notes(peers, baseline),
        *_example_notes(peers, baseline),
        *_served_notes([baseline, *peers]),
    )


def _unlike_notes(known: Sequence[tuple[Run, Aspects]], baseline: Run) -> tuple[str, ...]:
    """What follows from settings that are not the baseline's."""
    wanted = next((aspects for run, aspects in known if run is baseline), None)
    if wanted is None:
        return ()
    notes = []
    for effect in dict.fromkeys(effect for _, aspects in known for effect in aspects):
        unlike = [run for run, aspects in known if aspects.get(effect) != wanted.get(effect)]
        if unlike:
            notes.append(f"{listed(unlike)} against {baseline.name}: {effect.words}.")
    return tuple(notes)


def _order_notes(known: Sequence[tuple[Run, Settings]], runs: int) -> tuple[str, ...]:
    """Order that is lost in all of them; where it is in some, the settings differ."""
    lost = [(run, lost_order(settings)) for run, settings in known]
    reasons = dict.fromkeys(reason for _, losses in lost for reason in losses)
    return tuple(
        f"{reason} in {listed([run for run, _ in lost])}: the order of the examples is another "
        "in every run."
        for reason in reasons
        if len(lost) == runs and all(reason in losses for _, losses in lost)
    )


def examples_per_epoch(run: Run) -> int | None:
    """Examples that the first finished epoch delivered; None where none was finished."""
    starts = run.samples.epoch_starts
    if not run.epoch_losses or len(starts) == 0:
        return None
    stop = int(starts[1]) if len(starts) > 1 else run.samples.steps
    return int(run.samples.examples[int(starts[0]) : stop].sum())


def _data_notes(peers: Sequence[Run], baseline: Run) -> tuple[str, ...]:
    notes = []
    for run in peers:
        if run.fingerprint is None or baseline.fingerprint is None:
            continue
        how = run.fingerprint.differs_from(baseline.fingerprint)
        if how:
            notes.append(
                f"The source of {run.name} delivers other data than that of {baseline.name}: {how}."
            )
    return tuple(notes)


def _served_notes(runs: Sequence[Run]) -> tuple[str, ...]:
    """What tf.data services made of the data, as it was looked at after the runs."""
    runs_by_note: dict[str, list[Run]] = {}
    for run in runs:
        if run.fingerprint is not None and run.fingerprint.served:
            runs_by_note.setdefault(run.fingerprint.served, []).append(run)
    return tuple(f"{listed(alike)}: {served}" for served, alike in runs_by_note.items())


def _example_notes(peers: Sequence[Run], baseline: Run) -> tuple[str, ...]:
    counts: Mapping[str, int | None] = {r.id: examples_per_epoch(r) for r in (baseline, *peers)}
    expected = counts[baseline.id]
    unlike = [run for run in peers if counts[run.id] not in (None, expected)]
    if expected is None or not unlike:
        return ()
    examples = ", ".join(f"{counts[run.id]} in {run.name}" for run in unlike[:3])
    return (
        f"An epoch delivered {expected} examples in {baseline.name} but {examples}: they did not "
        "train on the same examples.",
    )


def loss_note(runs: Sequence[Run]) -> str:
    """Why the loss curves of these runs do not compare, in sentences; empty where they do.

    Args:
        runs: The baseline first.
    """
    if len(runs) < 2:
        return ""
    baseline, *others = runs
    notes = (*other_workload_notes(others, baseline), *training_notes(others, baseline))
    return f"Loss curves do not compare one to one: {' '.join(notes)}" if notes else ""
