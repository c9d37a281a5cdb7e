"""What is said between this program and a process on another machine, beside orders and events.

Both sides send a beat every two seconds. Where none arrives, the connection is gone although nobody
said so: the far side ends everything, this side the run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

BEAT = b"beat"
"""Still there."""
TERMINATE, END = b"terminate", b"end"
"""To the guard: tell what it guards to end; end all of it at once."""
UNHEARD = b"unheard"
"""From the guard: nothing was heard of the program, so all is ended here."""
BEAT_S = 2.0
"""How often a beat is sent."""
LOST_S = 6.0
"""So long without a word from the program, and the guard ends everything."""
SILENT_S = 10.0
"""So long without a word from the guard, and the program takes the connection for lost."""
BEGINS_S = 30.0
"""The same before its first word, since a part of this program was last taken over there."""


@dataclass(frozen=True)
class FarEnd:
    """The last record of the guard: how what it guarded ended.

    Attributes:
        code: Its exit code; below 0 the number of the signal that ended it.
        oom_kills: How many processes the system killed meanwhile because memory ran out; None
            where it does not say.
        resident_bytes: What it had in memory when last looked at; 0 where nobody looked.
        available_bytes: Memory still to be had then.
        limit_bytes: To be had at most.
    """

    code: int
    oom_kills: int | None = None
    resident_bytes: float = 0.0
    available_bytes: float = 0.0
    limit_bytes: float = 0.0

    @property
    def payload(self) -> bytes:
        """As ``core.records.encode`` has it, which needs NumPy."""
        head = json.dumps({"is": "FarEnd", **vars(self)}, separators=(",", ":"))
        return head.encode() + b"\n"
