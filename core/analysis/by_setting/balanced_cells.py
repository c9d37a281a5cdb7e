"""Whether means stand side by side fairly: over the same other settings, or over different ones.

A mean over runs with prefetch and one over runs without say what prefetch does only where both
are taken over the same values of all other knobs. In a grid they are. In a list of runs that grew
by trying, and in a sweep that changes one knob at a time, they are not: there the means are
restricted to those other settings that every place of the plot has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.analysis.by_setting.run_groups import Mean, RunGroup, RunGroups
from core.model.kinds import Value
from core.text.plural import plural

Cell = tuple[Value, ...]


@dataclass(frozen=True)
class BalancedCells:
    """Configurations by their place in a plot.

    Attributes:
        cells: Those that means are taken over, by the values of the plot's own knobs.
        dropped: Configurations that are shown but in no mean, as not every place has their other
            settings.
        balanced: Whether all places have the same other settings. Where no settings are common to
            all places nothing is dropped, and the means differ by other settings, too.
        others: Knobs that are averaged over: they differ within a mean.
    """

    cells: dict[Cell, tuple[RunGroup, ...]]
    dropped: int
    balanced: bool
    others: tuple[str, ...]

    def mean(self, groups: RunGroups, members: Sequence[RunGroup]) -> Mean:
        """The mean over one place; without an interval where places do not stand side by side."""
        mean = groups.mean(members)
        return mean if self.balanced else replace(mean, low=None, high=None)

    def note(self) -> str:
        """What the means are taken over, in sentences; empty where there is nothing to say."""
        if not self.balanced:
            return (
                "Not all were measured under the same other settings: these means differ by "
                f"{', '.join(self.others)}, too, and have no interval."
            )
        parts = []
        if self.others:
            parts.append(f"Means are over {', '.join(self.others)}.")
        if self.dropped:
            parts.append(
                f"In no mean: {plural(self.dropped, 'configuration')} whose other settings were "
                "not measured everywhere."
            )
        return " ".join(parts)


def balanced_cells(
    groups: Sequence[RunGroup], keys: Sequence[str], varied_keys: Sequence[str]
) -> BalancedCells:
    """Sort configurations by their place in a plot, and keep those that stand side by side fairly.

    Args:
        groups: The configurations, all of them.
        keys: The knobs that a place in the plot follows from.
        varied_keys: All knobs that vary.
    """
    rest = [key for key in varied_keys if key not in keys]
    cells: dict[Cell, list[RunGroup]] = {}
    places: dict[Cell, set[Cell]] = {}
    for group in groups:
        cell = tuple(group.values[key] for key in keys)
        cells.setdefault(cell, []).append(group)
        places.setdefault(tuple(group.values[key] for key in rest), set()).add(cell)
    common = {
        block for block, cells_of_block in places.items() if len(cells_of_block) == len(cells)
    }
    chosen = {
        cell: tuple(
            member
            for member in members
            if not common or tuple(member.values[key] for key in rest) in common
        )
        for cell, members in cells.items()
    }
    kept = [member for members in chosen.values() for member in members]
    # Where settings are in no place common, what differs between places is said as well.
    spread = chosen.values() if common else [kept]
    others = tuple(
        key
        for key in rest
        if any(len({member.values[key] for member in members}) > 1 for members in spread)
    )
    return BalancedCells(chosen, len(groups) - len(kept), bool(common) or not cells, others)
