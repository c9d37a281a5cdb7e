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
        of: The doubts of each run, in the order of the runs.
        counts: How many each has, or why there are none to be had, in words.
        rows: One for each kind that some run has, the gravest first.
    """

    of: tuple[tuple[Doubt, ...], ...]
    counts: tuple[str, ...]
    rows: tuple[DoubtRow, ...]


def doubts_by_run(runs: Sequence[Run]) -> DoubtsByRun:
    """Look for what is doubtful about each run by itself."""
    of_each = tuple(doubts(run) for run in runs)
    by_key = [{doubt.key: doubt for doubt in of_run} for of_run in of_each]
    kinds = dict.fromkeys(doubt.key for of_run in of_each for doubt in of_run)
    rows = []
    for key in kinds:
        texts = tuple(
            texts_of_run[key].text if key in texts_of_run else "" for texts_of_run in by_key
        )
        rows.append(DoubtRow(key.replace("_", " "), texts))
    counts = tuple(_count(run, of_run) for run, of_run in zip(runs, of_each, strict=True))
    return DoubtsByRun(of_each, counts, tuple(rows))


def _count(run: Run, doubtful: tuple[Doubt, ...]) -> str:
    if not run.state.over:
        return UNDER_WAY
    if run.samples.steps == 0:
        return NOTHING
    return str(len(doubtful)) if doubtful else NONE
