"""What happened in a run, in the order in which it was recorded, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from core.model.events import (
    ClockJumped,
    EpochEnded,
    Event,
    OutputPrinted,
    PhaseStarted,
    RunEnded,
    StepsTaken,
    StepsTraced,
)
from core.records.decode import Decoder
from core.records.frames import FrameReader
from core.text.plural import plural

_EVENTS = Decoder(*get_args(Event))


@dataclass(frozen=True)
class StoryLine:
    """One line.

    Attributes:
        text: What happened, or what the run printed.
        at_s: When, in seconds after the run was started; None where that was not recorded.
        printed: The run printed it.
    """

    text: str
    at_s: float | None = None
    printed: bool = False

    def shown(self) -> str:
        """With its time in front; what was printed is set off."""
        when = "" if self.at_s is None else f"{self.at_s:.1f} s"
        return f"{'':>9}  | {self.text}" if self.printed else f"{when:>9}  {self.text}"


def story_of(log: Path) -> tuple[StoryLine, ...]:
    """The story of a run that is recorded, as far as it can be read.

    Raises:
        OSError: The log cannot be read.
    """
    return tuple(story_lines(_events(log.read_bytes())))


def story_lines(events: Iterable[Event]) -> Iterator[StoryLine]:
    """Events as lines; what is printed in pieces is put together."""
    steps, held = 0, ""
    for event in events:
        if isinstance(event, OutputPrinted):
            # A bar that is drawn over and over ends each of its states with a carriage return.
            *lines, held = (held + event.text).replace("\r\n", "\n").split("\n")
            yield from (_printed(line) for line in lines)
            continue
        if isinstance(event, StepsTaken):
            steps += len(event.examples)
            continue
        line = _line(event, steps)
        if line is not None:
            if held:
                yield _printed(held)
                held = ""
            yield line
    if held:
        yield _printed(held)


def _events(data: bytes) -> Iterator[Event]:
    for payload in FrameReader(data).payloads():
        try:
            yield _EVENTS.decode(payload)
        except ValueError:
            continue  # its first record, what a person made of it, what is damaged


def _printed(line: str) -> StoryLine:
    return StoryLine(line.rstrip("\r\b").rpartition("\r")[2].replace("\b", ""), printed=True)


def _line(event: Event, steps: int) -> StoryLine | None:
    match event:
        case PhaseStarted():
            return StoryLine(str(event.phase), event.at_s)
        case EpochEnded():
            loss = "" if event.loss is None else f", mean loss {event.loss:.4g}"
            return StoryLine(f"epoch {event.epoch + 1} ended after {plural(steps, 'step')}{loss}")
        case StepsTraced():
            traced = event.tracing
            why = f"failed: {traced.failure}" if traced.failure else "is over"
            return StoryLine(f"the trace of {plural(traced.steps, 'step')} {why}")
        case ClockJumped():
            return StoryLine(
                f"the machine's clock jumped by {event.by_s:.1f} s at step {event.step + 1}"
            )
        case RunEnded():
            why = f": {event.failure.text()}" if event.failure else ""
            return StoryLine(f"{event.state} after {plural(steps, 'step')}{why}")
        case _:
            return None
