"""What is passed on between this program and a script that is watched on another machine.

The first byte of a payload says what it is; beats and the end are ``core.engines.far_messages``.
"""

from __future__ import annotations

RECORD, OUTPUT, ERRORS, WANTS_INPUT = b"\0", b"\1", b"\2", b"\3"
"""From there: what is measured; what the script prints, on both streams; it takes more input."""
INPUT, SIGNAL, CLOSED = b"\4", b"\5", b"\6"
"""To there: more input, none at its end; the name of a signal; nobody reads a stream any more."""
