"""What is to be known beside the numbers of a comparison, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.comparisons.configurations import Configuration
from core.analysis.comparisons.same_training import other_workload_notes, training_notes
from core.analysis.doubts.catalogue import doubts
from core.analysis.doubts.outliers import outliers
from core.analysis.numbers.pooling import Pool
from core.metrics.catalogue import metric
from core.model.quantity import significant
from core.statistics import Schedule
from core.text.plural import plural

DECIDES = metric("throughput_examples_per_s")
"""The metric that a comparison is about."""
_ALSO_FAR = (metric("time_to_first_batch_s"), metric("wall_s"))


def progress_notes(
    configurations: Sequence[Configuration], schedule: Schedule, interim: bool
) -> tuple[str, ...]:
    """How many repeats there are so far, or that it was stopped early."""
    if interim:
        there = min(
            sum(run is not None and not run.state.cut_short for run in configuration.repeats)
            for configuration in configurations
        )
        return (
            f"{there} of {schedule.repeats} repeats so far: the verdict stands only once all are "
            "there.",
        )
    rounds = len(configurations[0].repeats)
    if rounds < schedule.repeats:
        share = f"{rounds} of {schedule.repeats} repeats"
        return (f"Stopped early, after {share}: the intervals settle it.",)
    return ()


def unlike_notes(configurations: Sequence[Configuration]) -> tuple[str, ...]:
    """In what the configurations differ beside their speed."""
    first = [next(filter(None, configuration.repeats), None) for configuration in configurations]
    baseline = first[0]
    if baseline is None:
        return ()
    others = [run for run in first[1:] if run is not None]
    devices = tuple(
        f"{configuration.name} ran on {run.plan.device} and {configurations[0].name} on "
        f"{baseline.plan.device}: the difference is that of the devices too."
        for configuration, run in zip(configurations[1:], first[1:], strict=True)
        if run is not None and run.plan.device != baseline.plan.device
    )
    training = (
        f"{note[:-1]}, with random numbers of its own: the losses do not compare."
        for note in other_workload_notes(others, baseline)
    )
    return (*devices, *training, *training_notes(others, baseline))


def far(
    configurations: Sequence[Configuration], pool: Pool
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Ids of the repeats whose throughput lies far from the others', and sentences on those."""
    far: set[str] = set()
    notes = []
    for configuration in configurations:
        runs = [run for run in configuration.repeats if run is not None and pool.counts(run)]
        for outlier in outliers([DECIDES.of(run).value for run in runs]):
            far.add(runs[outlier.index].id)
            notes.append(
                f"{runs[outlier.index].name} lies far from the other repeats of "
                f"{configuration.name}: "
                f"{significant(outlier.value)} against a median of {significant(outlier.median)} "
                f"{DECIDES.unit}. It counts all the same."
            )
        for other in _ALSO_FAR:
            notes += [
                f"{runs[outlier.index].name} lies far from the other repeats of "
                f"{configuration.name} in "
                f"{other.label}: {significant(outlier.value)} against a median of "
                f"{significant(outlier.median)} {other.unit}. It counts all the same; what "
                "TensorFlow does once in a process, the first run bears."
                for outlier in outliers([other.of(run).value for run in runs])
            ]
    return frozenset(far), tuple(notes)


def repeat_notes(configurations: Sequence[Configuration], pool: Pool) -> tuple[str, ...]:
    """Repeats that did not get done, and what is doubtful about the others."""
    notes = []
    for configuration in configurations:
        runs = [run for run in configuration.repeats if run is not None]
        undone = sum(any(run.id == other.id for other in pool.undone) for run in runs)
        if undone:
            repeats = plural(undone, "repeat")
            notes.append(f"Not counted: {repeats} of {configuration.name} that did not get done.")
        known = [doubt for run in runs if pool.counts(run) for doubt in doubts(run)]
        for key in dict.fromkeys(doubt.key for doubt in known):
            alike = [doubt.text for doubt in known if doubt.key == key]
            notes.append(
                f"{configuration.name}, {len(alike)} of {len(configuration.repeats)} repeats: "
                f"{alike[0]}"
            )
    return tuple(notes)
