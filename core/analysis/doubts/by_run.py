"""The doubts of several runs: how many each has, and of which kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.doubts.catalogue import doubts
from core.analysis.doubts.doubt import Doubt
from core.model.run import Run

NONE, UNDER_WAY, NOTHING = "none", "still under way", "nothing was measured"


@dataclass(frozen=True)
class DoubtRow:
    """One kind of doubt.

    Attributes:
        label: What it is about, in a few words.
        texts: The sentence on each run, in their order; empty for a run without this doubt.
    """

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class DoubtsByRun:
    """Doubts of runs.

    Attributes:
        by_run: The doubts of each run, in the order of the runs.
        counts: How many each has, or why there are none to be had, in words.
        rows: One for each kind that some run has, the gravest first.
    """

    by_run: tuple[tuple[Doubt, ...], ...]
    counts: tuple[str, ...]
    rows: tuple[DoubtRow, ...]


def doubts_by_run(runs: Sequence[Run]) -> DoubtsByRun:
    """Look for what is doubtful about each run by itself."""
    by_run = tuple(doubts(run) for run in runs)
    texts_by_run = [{doubt.key: doubt.text for doubt in of_run} for of_run in by_run]
    kinds = dict.fromkeys(key for texts in texts_by_run for key in texts)
    rows = tuple(
        DoubtRow(key.replace("_", " "), tuple(texts.get(key, "") for texts in texts_by_run))
        for key in kinds
    )
    counts = tuple(_count(run, of_run) for run, of_run in zip(runs, by_run, strict=True))
    return DoubtsByRun(by_run, counts, rows)


def _count(run: Run, doubtful: tuple[Doubt, ...]) -> str:
    if not run.state.over:
        return UNDER_WAY
    if run.samples.steps == 0:
        return NOTHING
    return str(len(doubtful)) if doubtful else NONE
