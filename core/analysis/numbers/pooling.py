"""Which runs may be put together: those that are done and ran on the same machine and versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from core.model.environment import seen_of
from core.model.kinds import Value
from core.model.run import Run, RunState

Environment = tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Pool:
    """Runs that count together, and those that do not.

    Attributes:
        kept: Done, and of one environment: that which most of them have, the latest among equals.
        apart: Done elsewhere, each with what differs, in words; their figures are not pooled.
        undone: Failed, stopped, interrupted or under way.
    """

    kept: tuple[Run, ...]
    apart: tuple[tuple[Run, str], ...]
    undone: tuple[Run, ...]

    def counts(self, run: Run | None) -> bool:
        """Whether a run is one of those that count."""
        return run is not None and run.id in self._ids

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(run.id for run in self.kept)

    def notes(self) -> tuple[str, ...]:
        """What was not pooled and why, in sentences."""
        reasons = dict.fromkeys(reason for _, reason in self.apart)
        notes = []
        for reason in reasons:
            names = [run.name for run, its_reason in self.apart if its_reason == reason]
            notes.append(
                f"{_listed(names)} ran in another environment than the others ({reason}) and "
                f"{'is' if len(names) == 1 else 'are'} not pooled with them."
            )
        return tuple(notes)


def pooled(runs: Iterable[Run]) -> Pool:
    """Sort runs into those that count together and the others."""
    runs = tuple(runs)
    done = [run for run in runs if run.state is RunState.DONE]
    undone = tuple(run for run in runs if run.state is not RunState.DONE)
    if not done:
        return Pool((), (), undone)
    counts = Counter(map(_environment, done))
    latest = {_environment(run): run.created for run in sorted(done, key=lambda run: run.created)}
    usual = max(counts, key=lambda environment: (counts[environment], latest[environment]))
    return Pool(
        tuple(run for run in done if _environment(run) == usual),
        tuple(
            (run, unlike(dict(_environment(run)), dict(usual)))
            for run in done
            if _environment(run) != usual
        ),
        undone,
    )


def unlike(here: dict[str, Value], there: dict[str, Value]) -> str:
    """In what two environments differ: ``tensorflow 2.20 instead of 2.21``; empty for nothing."""
    return ", ".join(
        f"{key} {seen_of(here, key)} instead of {seen_of(there, key)}"
        for key in dict.fromkeys((*there, *here))
        if here.get(key) != there.get(key)
    )


def _environment(run: Run) -> Environment:
    return tuple(sorted(run.environment.items()))


def _listed(names: list[str]) -> str:
    return (
        ", ".join(names) if len(names) < 4 else f"{', '.join(names[:2])} and {len(names) - 2} more"
    )
