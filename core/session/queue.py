"""Runs that wait for their turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core.model.plan import Part, RunPlan, new_id
from core.model.run import Run, RunState


@dataclass(frozen=True)
class Waiting:
    """A run that waits.

    Attributes:
        plan: What it will be.
        needs: Id of the run without whose success it makes no sense; empty for none.
    """

    plan: RunPlan
    needs: str = ""

    @property
    def id(self) -> str:
        """The id that the run will have."""
        return self.plan.id


class RunQueue:
    """Runs that wait, in the order in which they will be carried out. Starts nothing by itself.

    Attributes:
        changed: Called without arguments after the queue, or whether it is paused, changed.
    """

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._paused = False
        self.changed: list[Callable[[], None]] = []

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Those that wait, the next one first."""
        return tuple(self._waiting)

    @property
    def plans(self) -> tuple[RunPlan, ...]:
        """Their plans."""
        return tuple(entry.plan for entry in self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    # -- what the person does -------------------------------------------------------------

    @property
    def paused(self) -> bool:
        """Whether no further run is to be begun after the present one."""
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        if paused != self._paused:
            self._paused = paused
            self._notify()

    def add(self, *added: RunPlan | Waiting) -> None:
        """Put runs at the end."""
        self._waiting += [
            entry if isinstance(entry, Waiting) else Waiting(entry) for entry in added
        ]
        if added:
            self._notify()

    def remove(self, ids: Iterable[str]) -> tuple[Waiting, ...]:
        """Take runs out, and those that need them.

        Returns:
            What was taken out, in its order.
        """
        gone = set(ids)
        gone |= {entry.id for entry in self._waiting if entry.needs in gone}
        return self._drop(gone)

    def clear(self) -> tuple[Waiting, ...]:
        """Take all out; the queue is then not paused any more.

        Returns:
            What was taken out, in its order.
        """
        gone = self._drop({entry.id for entry in self._waiting})
        self.paused = False
        return gone

    def restore(self, taken: Sequence[Waiting], before: int = 0) -> None:
        """Put back what was taken out, before the run that stands at a position."""
        self._waiting[before:before] = taken
        if taken:
            self._notify()

    def move(self, ids: Iterable[str], by: int) -> None:
        """Move runs so many places towards the end (below 0: towards the front), as a block."""
        chosen = set(ids)
        moved = [entry for entry in self._waiting if entry.id in chosen]
        if not moved or not by:
            return
        first = self._waiting.index(moved[0])
        last = self._waiting.index(moved[-1])
        rest = [entry for entry in self._waiting if entry.id not in chosen]
        # Where the block would begin among the others: its edge in the direction it goes.
        begin = first + by if by < 0 else last - len(moved) + 1 + by
        begin = min(max(begin, 0), len(rest))
        self._arrange([*rest[:begin], *moved, *rest[begin:]])

    def place(self, ids: Iterable[str], before: int) -> None:
        """Move runs, as a block, in front of the one at a position; from the length on: the end."""
        chosen = set(ids)
        ahead = [entry for entry in self._waiting[:before] if entry.id not in chosen]
        behind = [entry for entry in self._waiting[before:] if entry.id not in chosen]
        self._arrange([*ahead, *(entry for entry in self._waiting if entry.id in chosen), *behind])

    def repeat(self, ids: Iterable[str]) -> None:
        """Put another run of the same behind each of these; it belongs to no experiment."""
        chosen = set(ids)
        entries: list[Waiting] = []
        for entry in self._waiting:
            entries.append(entry)
            if entry.id in chosen:
                entries.append(Waiting(again(entry.plan)))
        if len(entries) != len(self._waiting):
            self._waiting = entries
            self._notify()

    # -- what carries them out ------------------------------------------------------------

    def take(self) -> RunPlan | None:
        """The next run, which then waits no more; None where none waits or the queue is paused."""
        if self._paused or not self._waiting:
            return None
        taken = self._waiting.pop(0)
        self._notify()
        return taken.plan

    def run_ended(self, run: Run) -> None:
        """Take in how a run ended that was taken from here.

        Those that needed it go where it did not get done. One of an experiment that was stopped
        comes back to the front, and the queue is paused, as it is where others wait: nothing
        goes on behind a Stop, and nothing of the experiment is missing when it does.
        """
        if run.state is not RunState.DONE:
            self._drop({entry.id for entry in self._waiting if entry.needs == run.id})
        if run.state is RunState.STOPPED:
            # A diagnosis that was stopped has an answer: nothing waits for the rest of it.
            if run.plan.turn is not None and run.plan.part is not Part.DIAGNOSIS:
                self._waiting.insert(0, Waiting(replace(run.plan, id=new_id())))
            if self._waiting:
                self._paused = True
                self._notify()

    # -- inside ---------------------------------------------------------------------------

    def _drop(self, ids: set[str]) -> tuple[Waiting, ...]:
        gone = tuple(entry for entry in self._waiting if entry.id in ids)
        if gone:
            self._waiting = [entry for entry in self._waiting if entry.id not in ids]
            if not self._waiting:
                self._paused = False
            self._notify()
        return gone

    def _arrange(self, waiting: list[Waiting]) -> None:
        if waiting != self._waiting:
            self._waiting = waiting
            self._notify()

    def _notify(self) -> None:
        for callback in tuple(self.changed):
            callback()


def again(plan: RunPlan) -> RunPlan:
    """Another run of the same, by itself."""
    return replace(plan, id=new_id(), turn=None)
