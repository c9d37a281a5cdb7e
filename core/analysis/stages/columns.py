"""What TensorFlow executed in several runs, each node at the written stage that it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.analysis.stages.executed_view import StageRow, executed_view
from core.model.run import Run

NOT_THERE = "not in this pipeline"
LEFT_OUT = "left out by TensorFlow"
NOT_SHOWN = "not shown any more"
SERVED = "run by the tf.data service"
NOT_PUT_IN = "not put in"
NO_NODE = "no further node"
UNKNOWN = "not measured"


class StageSlot(NamedTuple):
    """A place in the pipelines of all runs, from the source to ``fit``.

    Attributes:
        stage: Key of the written stage; of a node that TensorFlow put in, of the one before it.
        put_in: Name of a node that TensorFlow put in; empty for a written one.
        nth: Which node of the stage, or of the same name at this place, from 0.
    """

    stage: str
    put_in: str
    nth: int


@dataclass(frozen=True)
class StageColumn:
    """The executed pipeline of one run.

    Attributes:
        run: The run.
        slots: What it has, from the source to ``fit``.
        rows: The node of each slot that has one of its own.
        joined: The node that a slot's stage became a part of.
        words: What is said of a slot that has no node at all.
        notes: What is to be said of the pipeline, the most important first.
    """

    run: Run
    slots: tuple[StageSlot, ...]
    rows: Mapping[StageSlot, StageRow]
    joined: Mapping[StageSlot, StageRow]
    words: Mapping[StageSlot, str]
    notes: tuple[str, ...]

    def missing(self, slot: StageSlot) -> str:
        """Why there is no node of its own for a slot, in a few words."""
        if not self.rows:
            return UNKNOWN
        if slot in self.words:
            return self.words[slot]
        if slot in self.joined:
            return f"in {self.joined[slot].executed}"
        if slot.put_in:
            return NOT_PUT_IN
        first = slot._replace(nth=0)
        return NO_NODE if slot.nth and first in self.slots else NOT_THERE


def stage_column(run: Run) -> StageColumn:
    """Lay the executed pipeline of a run at its written stages."""
    settings = run.settings
    if settings is None:
        gone = "Its workload, a knob or a value does not exist any more."
        return StageColumn(run, (), {}, {}, {}, (gone,))
    view = executed_view(run, settings)
    slots: list[StageSlot] = []
    rows: dict[StageSlot, StageRow] = {}
    joined: dict[StageSlot, StageRow] = {}
    before = ""
    for row in view.rows:
        if not row.stages:
            slot = _free(StageSlot(before, row.executed, 0), slots)
            slots.append(slot)
            rows[slot] = row
        for at, stage in enumerate(row.stages):
            slot = _free(StageSlot(stage, "", 0), slots)
            slots.append(slot)
            (joined if at else rows)[slot] = row
            before = stage
    order = [stage.key for stage in settings.stages_in_order()]
    words: dict[StageSlot, str] = {}
    for keys, said in (
        (view.left_out, LEFT_OUT),
        (view.unseen, NOT_SHOWN),
        (view.served, SERVED),
    ):
        for key in keys if view.rows else ():
            slot = StageSlot(key, "", 0)
            words[slot] = said
            behind = (
                at
                for at, slot in enumerate(slots)
                if slot.stage in order and order.index(slot.stage) > order.index(key)
            )
            slots.insert(next(behind, len(slots)), slot)
    return StageColumn(run, tuple(slots), rows, joined, words, view.notes)


def all_slots(columns: Sequence[StageColumn]) -> tuple[StageSlot, ...]:
    """The slots of all runs in one order: that of the first, what others have more in between."""
    order: list[StageSlot] = []
    for column in columns:
        at = 0
        for slot in column.slots:
            if slot not in order:
                order.insert(at, slot)
            at = order.index(slot) + 1
    return tuple(order)


def _free(slot: StageSlot, taken: Sequence[StageSlot]) -> StageSlot:
    while slot in taken:
        slot = slot._replace(nth=slot.nth + 1)
    return slot
