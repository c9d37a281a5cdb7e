"""Becomes the Python that runs a script, and leaves a process that keeps what is measured."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from core.engines.bundle import bundle
from core.engines.interpreter import environment_variables

_START = Path(__file__).with_name("start")
_VARIABLE = "PIPELINE_EXPLORER_WATCH"


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
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryFile() as sent:
        sent.write(bundle(magic))
        sent.flush()
        sent.seek(0)
        first = os.fork()
        if not first:
            theirs.close()
            _become_recorder(lambda: record(ours))
        os.waitpid(first, 0)
        ours.close()
        for end in (theirs.fileno(), sent.fileno()):
            os.set_inheritable(end, True)
        variables = environment_variables()
        before = variables.get("PYTHONPATH")
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_START), before)))
        had = f"{before is not None:d},{before or ''}"
        variables[_VARIABLE] = f"{theirs.fileno()},{sent.fileno()},{had}"
        os.execve(python, [python, script, *arguments], variables)


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
