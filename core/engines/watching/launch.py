"""Becomes the Python that runs a script, and leaves a process that keeps what is measured."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from typing import NoReturn

from core.engines.bundle import bundle, sent
from core.engines.interpreter import environment_variables
from core.engines.watching.become_script import START, become_script


def run_watched(
    python: str,
    magic: bytes,
    script: str,
    arguments: Sequence[str],
    record: Callable[[socket.socket], None],
) -> NoReturn:
    """Run ``python script arguments`` in place of this process.

    So it keeps the process id, the terminal, the standard streams and the process group, and
    signals and its exit code need nobody between. A second process, which is in no group of a
    terminal and no child of the script, keeps what is measured and ends with the script.

    Args:
        python: The interpreter.
        magic: Which byte code it takes.
        script: As the person names it.
        arguments: The script's own.
        record: Takes what the script sends until it is over, in the second process.

    Raises:
        OSError: The interpreter cannot be started.
    """
    sent_core, start = bundle(magic), sent(f"core.{START}", magic)
    channel = begin_recorder(record)
    become_script(
        python,
        script,
        arguments,
        channel=channel.detach(),
        sent=sent_core,
        start=start,
        variables=environment_variables(),
    )


def begin_recorder(record: Callable[[socket.socket], None]) -> socket.socket:
    """Have a process that no terminal and no parent ends keep what is measured.

    Args:
        record: Takes what comes from the other end, in that process.

    Returns:
        This end.
    """
    ours, theirs = socket.socketpair()
    first = os.fork()
    if not first:
        theirs.close()
        _become_recorder(lambda: record(ours))
    os.waitpid(first, 0)
    ours.close()
    return theirs


def _become_recorder(record: Callable[[], None]) -> NoReturn:
    """Go on as a process that no terminal and no parent ends."""
    try:
        os.setsid()
        if not os.fork():
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1):
                os.dup2(nothing, stream)
            record()
    finally:
        os._exit(0)
