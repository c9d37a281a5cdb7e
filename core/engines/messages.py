"""What is said between the program and the process of an isolated run, beside its events.

Both ways in frames (``core.records.frames``). To the process: prepare, carry a plan out, stop.
From it: that it is prepared, and the events of its run.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.model.plan import RunPlan
from core.records.payload import pack, unpack
from core.records.plan_codec import plan_fields, plan_from

WARM = pack({"do": "warm"})
"""Load TensorFlow and wait for a plan."""
STOP = pack({"do": "stop"})
"""Stop after the present batch."""
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
