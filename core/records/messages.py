"""What is said between the program and a process that trains or opens code, beside events.

To the process: prepare, carry a plan out, open a person's code, trace the next steps
(``TraceOptions``), stop. From it: that it began, that it is prepared, and the events of its run or
what it opened. Both ways in frames.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from core.model.errors import ExplorerError, InputError, RunError
from core.model.kinds import Value
from core.model.plan import RunPlan
from core.model.run import Failure
from core.model.to_open import ToOpen
from core.model.tracing import TraceOptions
from core.model.user_code import UserCode, WatchedFit
from core.records.encode import encode, starts_as
from core.records.trusted import made

WARM = b"warm"
"""Load TensorFlow and wait for a plan."""
STOP = b"stop"
"""Stop after the present batch; an opening is broken off."""


@dataclass(frozen=True)
class TrainerBegan:
    """The first record: which process trains."""

    process: int


@dataclass(frozen=True)
class TrainerReady:
    """TensorFlow is loaded."""


READY = encode(TrainerReady())


@dataclass(frozen=True)
class Order:
    """What an isolated run needs to be carried out.

    Attributes:
        plan: What to run.
        began_s: When it was started, by ``time.perf_counter``, which is the same for all
            processes of a machine; None for when the order comes, on another machine.
    """

    plan: RunPlan
    began_s: float | None


@dataclass(frozen=True)
class OpenOrder:
    """Open a person's code, answer what it is, and end.

    Attributes:
        wanted: What is to be opened.
        texts: The answer brings the texts of the files too: they are on another machine.
    """

    wanted: ToOpen
    texts: bool = False


def read_order(payload: bytes) -> Order | OpenOrder:
    """The order in a message of the program, which checked it before it was sent.

    Raises:
        ValueError: It is none.
    """
    try:
        head = json.loads(payload)
        if starts_as(payload, OpenOrder):
            return cast(OpenOrder, made(OpenOrder, head))
        return cast(Order, made(Order, head))
    except (AttributeError, LookupError, TypeError) as error:
        raise ValueError(f"an order was expected ({error})") from error


def read_trace_order(payload: bytes) -> TraceOptions | None:
    """What is to be traced of the run under way; None for another message."""
    if not starts_as(payload, TraceOptions):
        return None
    return cast(TraceOptions, made(TraceOptions, json.loads(payload)))


@dataclass(frozen=True)
class OpeningMessage:
    """What the process of an opening says: one of these, the last two once and at the end.

    Attributes:
        at: What it is at now.
        code: What was opened.
        failure: Why it could not be opened.
        texts: Paths and contents (base64) of the files that a patch may change, where asked for.
    """

    at: str = ""
    code: UserCode | None = None
    failure: Failure | None = None
    texts: tuple[tuple[str, str], ...] = ()

    @property
    def error(self) -> ExplorerError | None:
        """Why it could not be opened, to be raised."""
        return None if self.failure is None else raised(self.failure)


def raised(failure: Failure) -> ExplorerError:
    """A failure that another process told, to be raised."""
    return (InputError if failure.bad_input else RunError)(
        failure.what,
        expected=failure.expected,
        remedy=failure.remedy,
        details=failure.details,
    )


@dataclass(frozen=True)
class WatchedFitBegan:
    """A script that is watched calls ``fit``; events of that training follow.

    Attributes:
        fit: Which call it is.
        settings: What is known of it, as settings of a run: its device and how long it is.
        stamp: SHA-256 of the script's content; empty where it cannot be read any more.
    """

    fit: WatchedFit
    settings: Mapping[str, Value]
    stamp: str = ""


@dataclass(frozen=True)
class WatchEnded:
    """A script that is watched comes to its end by itself.

    Attributes:
        fits: How often it called ``fit``.
        not_watched: Why trainings of it were not watched, in words.
    """

    fits: int
    not_watched: tuple[str, ...] = ()


@dataclass(frozen=True)
class WatchBroken:
    """The connection to a script that is watched on another machine is gone.

    Attributes:
        machine: As ssh takes it.
        why: In a few words.
    """

    machine: str
    why: str
