"""Another interpreter that opens people's code and trains: ``--python``, ``--ssh``."""

from __future__ import annotations

import argparse

from core.cli.running import processes
from core.cli.terminal.streams import NAME, to_stderr
from core.engines.interpreter import look_at
from core.engines.ssh import checked_machine


def choose_interpreter(arguments: argparse.Namespace) -> None:
    """Look at the interpreter that was named, before anything else happens.

    Args:
        arguments: With ``python`` and ``ssh``; takes in as ``interpreter`` what a plan calls it,
            empty for the one that runs this program.

    Raises:
        InputError: It cannot be used; why, in a line.
    """
    arguments.interpreter = ""
    if arguments.ssh is not None:
        interpreter = look_at(arguments.python or "", machine=checked_machine(arguments.ssh))
    elif arguments.python is not None:
        interpreter = look_at(arguments.python)
    else:
        return
    arguments.interpreter = interpreter.name
    processes.engines().choose(interpreter)
    to_stderr(f"{NAME}: uses {interpreter.name} ({interpreter.words})\n")
