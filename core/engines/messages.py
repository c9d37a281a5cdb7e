"""What is said between the program and the process of an isolated run, beside its events.

Both ways in frames (``core.records.frames``). To the process: prepare, carry a plan out, open a
person's code, stop. From it: that it is prepared, and the events of its run or what it opened.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.model.errors import ExplorerError, InputError, RunError
from core.model.plan import RunPlan
from core.model.to_open import ToOpen
from core.records.payload import pack, unpack
from core.records.plan_codec import plan_fields, plan_from

WARM = pack({"do": "warm"})
"""Load TensorFlow and wait for a plan."""
STOP = pack({"do": "stop"})
"""Stop after the present batch; an opening is broken off."""
READY = pack({"is": "ready"})
"""TensorFlow is loaded."""


def begun(process: int) -> bytes:
    """The first record: which process trains."""
    return pack({"is": "begun", "process": process})


def process_id(payload: bytes) -> int | None:
    """Which process trains; None of any record but the first.

    Raises:
        ValueError: It is no record.
    """
    if not payload.startswith(b'{"is":"begun"'):
        return None
    process = unpack(payload)[0].get("process")
    return process if isinstance(process, int) else None


@dataclass(frozen=True)
class Order:
    """What an isolated run needs to be carried out.

    Attributes:
        plan: What to run.
        began_s: When it was started, by ``time.perf_counter``, which is the same for all
            processes of a machine.
    """

    plan: RunPlan
    began_s: float

    def payload(self) -> bytes:
        """As it travels."""
        plan = plan_fields(self.plan)
        return pack({"do": "run", "id": self.plan.id, "plan": plan, "began_s": self.began_s})

    @staticmethod
    def read(payload: bytes) -> Order | None:
        """The order in a message; None where it is another one.

        Raises:
            ValueError: It is no message of this version.
        """
        head, _ = unpack(payload)
        if head.get("do") != "run":
            return None
        try:
            plan = plan_from(head["plan"], str(head["id"]))
            return Order(plan, float(head["began_s"]))
        except (LookupError, TypeError) as error:
            raise ValueError(f"an order lacks something ({error})") from error


@dataclass(frozen=True)
class OpenOrder:
    """Open a person's code, answer what it is, and end.

    Attributes:
        wanted: What is to be opened.
    """

    wanted: ToOpen

    def payload(self) -> bytes:
        """As it travels."""
        return pack({"do": "open", **self.wanted.as_json()})

    @staticmethod
    def read(payload: bytes) -> OpenOrder | None:
        """The order in a message; None where it is another one.

        Raises:
            ValueError: It is no message of this version.
        """
        head, _ = unpack(payload)
        return OpenOrder(ToOpen.from_json(head)) if head.get("do") == "open" else None


@dataclass(frozen=True)
class Answer:
    """What the process of an opening says: one of these, the last two once and at the end.

    Attributes:
        at: What it is at now.
        record: What was opened (``Workload.record``).
        error: Why it could not be opened.
    """

    at: str = ""
    record: str = ""
    error: ExplorerError | None = None

    def payload(self) -> bytes:
        """As it travels."""
        if (error := self.error) is None:
            return pack({"is": "opening", "at": self.at, "record": self.record})
        told = {name: getattr(error, name) for name in _ERROR_FIELDS}
        return pack({"is": "opening", "input": isinstance(error, InputError), "error": told})

    @staticmethod
    def read(payload: bytes) -> Answer | None:
        """The answer in a message; None where it is another one.

        Raises:
            ValueError: It is no message of this version.
        """
        head, _ = unpack(payload)
        if head.get("is") != "opening":
            return None
        told = head.get("error")
        if not isinstance(told, dict):
            return Answer(str(head.get("at", "")), str(head.get("record", "")))
        kind = InputError if head.get("input") else RunError
        what, *more = (str(told.get(name, "")) for name in _ERROR_FIELDS)
        return Answer(error=kind(what, **dict(zip(_ERROR_FIELDS[1:], more, strict=True))))


_ERROR_FIELDS = ("what", "expected", "remedy", "details")
