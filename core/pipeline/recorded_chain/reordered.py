"""Parts of someone's chain that settings put into another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.model.chain import Chain
from core.model.settings import Settings
from core.pipeline.recorded_chain.stage import Recorded


@dataclass(frozen=True)
class Reordered:
    """Calls that follow each other in the code, and their order under some settings.

    Attributes:
        written: Their keys as in the code.
        order: The same keys as they are to be.
        checked: Functions work on other batches than in the code: their elements are compared.
    """

    written: tuple[str, ...]
    order: tuple[str, ...]
    checked: bool = False

    @property
    def moved(self) -> tuple[str, ...]:
        """The fewest calls of which it can be said that they move."""
        kinds = {key: key.partition("[")[0] == "map" for key in self.order}
        crossing = {
            key
            for key in self.order
            for other in self.order
            if kinds[key] != kinds[other]
            and (self.order.index(key) < self.order.index(other))
            != (self.written.index(key) < self.written.index(other))
        }
        maps = [key for key in self.order if key in crossing and kinds[key]]
        others = [key for key in self.order if key in crossing and not kinds[key]]
        return tuple(maps if len(maps) < len(others) else others)


def reordered(chain: Chain, settings: Settings) -> tuple[Reordered, ...]:
    """The parts of a chain that are in another order under some settings, or work on others."""
    written = [stage for stage in chain.stages if isinstance(stage, Recorded) and stage.on_the_way]
    if not any(stage.moves.maps or stage.moves.merges or stage.moves.cache for stage in written):
        return ()
    order = [
        stage
        for stage in settings.stages_in_order()
        if isinstance(stage, Recorded) and stage.on_the_way
    ]
    parts, start = list[Reordered](), 0
    for end in range(1, len(written) + 1):
        before, after = written[start:end], order[start:end]
        if {stage.key for stage in before} != {stage.key for stage in after}:
            continue
        merged = any(stage.merged(settings) for stage in before)
        if merged and not any(stage.is_merged(settings) for stage in before):
            continue
        if before != after or merged:
            checked = merged or _crosses(before, after)
            parts.append(Reordered(_keys(before), _keys(after), checked))
        start = end
    return tuple(parts)


def _keys(stages: Sequence[Recorded]) -> tuple[str, ...]:
    return tuple(stage.key for stage in stages)


def _crosses(before: Sequence[Recorded], after: Sequence[Recorded]) -> bool:
    """Whether a map stands behind a batch that it stood in front of."""
    batches = [stage for stage in before if stage.kind == "batch"]
    return any(
        stage.kind == "map"
        and before.index(stage) < before.index(batch)
        and after.index(stage) > after.index(batch)
        for batch in batches
        for stage in before
    )
