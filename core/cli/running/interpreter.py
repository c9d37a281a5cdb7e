"""Another interpreter that opens people's code and trains: ``--python``."""

from __future__ import annotations

import argparse

from core.cli.terminal import processes
from core.cli.terminal.streams import NAME, to_stderr
from core.engines.interpreter import look_at


def choose_interpreter(arguments: argparse.Namespace) -> None:
    """Look at the interpreter that was named, before anything else happens.

    Args:
        arguments: With ``python``; takes in as ``interpreter`` what a plan calls it, empty for the
            one that runs this program.

    Raises:
        InputError: It cannot be used; why, in a line.
    """
    arguments.interpreter = ""
    if arguments.python is None:
        return
    interpreter = look_at(arguments.python)
    arguments.interpreter = interpreter.path
    processes.engines().choose(interpreter)
    to_stderr(f"{NAME}: uses {interpreter.path} ({interpreter.words})\n")
