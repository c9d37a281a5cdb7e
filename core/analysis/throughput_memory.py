"""Throughput against memory: which of the changes that a diagnosis tried are worth theirs."""

from __future__ import annotations

from core.analysis.comparisons.pareto import pareto_front
from core.model.diagnosis import Answer, Trial
from core.model.quantity import bytes_text


def front(answer: Answer) -> tuple[Trial, ...]:
    """The trials of which no other is faster with less memory, from the least memory on.

    Empty where nothing that was tried takes memory worth speaking of.
    """
    as_it_is = Trial("as it is", total_ratio=1.0)
    trials = [as_it_is, *(trial for trial in answer.tried if trial.total_ratio is not None)]
    if not any(trial.total_bytes for trial in trials):
        return ()
    ratios = [trial.total_ratio or 0.0 for trial in trials]
    return tuple(
        trials[index] for index in pareto_front(ratios, [trial.total_bytes for trial in trials])
    )


def front_words(answer: Answer) -> str:
    """``prefetch 2: 1.7 times, 0 B; cache behind map: 2.4 times, 18.4 MB``; empty for no front."""
    return "; ".join(
        f"{trial.title}: {trial.total_ratio or 0.0:.2g} times, {bytes_text(trial.total_bytes)}"
        for trial in front(answer)
    )
