"""What is to be said of runs that belong to a kept comparison or sweep."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.comparisons.comparison import Comparison, in_words
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.run import Run
from core.session.experiments import Experiments
from core.text.workload_name import workload_name


def verdict_notes(experiments: Experiments, runs: Sequence[Run]) -> tuple[str, ...]:
    """The verdict of the comparison that the last of the runs belongs to; empty without one."""
    kept = next((experiment for run in reversed(runs) if (experiment := experiments.of(run))), None)
    if kept is None:
        return ()
    try:
        result = experiments.result(kept)
    except InputError:
        # Its workload, a knob or a value does not exist any more.
        return ()
    return (*in_words(result), *result.notes) if isinstance(result, Comparison) else ()


def member_notes(experiments: Experiments, runs: Sequence[Run]) -> tuple[str, ...]:
    """Which of the runs are repeats of what is kept, and where to see what came of it."""
    members: dict[str, tuple[Experiment, list[str]]] = {}
    for run in runs:
        kept = experiments.of(run)
        if kept is not None and not kept.deleted:
            members.setdefault(kept.id, (kept, []))[1].append(run.name)
    return tuple(_sentence(kept, names, len(runs)) for kept, names in members.values())


def _sentence(kept: Experiment, names: Sequence[str], total: int) -> str:
    title = f" \N{LEFT DOUBLE QUOTATION MARK}{kept.name}\N{RIGHT DOUBLE QUOTATION MARK}"
    which = f"the {kept.kind}{title if kept.name else f' of {workload_name(kept.workload)}'}"
    if len(names) == total:
        who = f"All {total} are runs"
    elif len(names) == 1:
        who = f"{names[0]} is a run"
    else:
        listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        who = f"{listed} are runs"
    return (
        f"{who} of {which}: here each stands by itself; what all of its repeats come to stands in "
        "the tab Experiments."
    )
