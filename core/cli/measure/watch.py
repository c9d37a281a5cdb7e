"""``watch``: a training script as it is, measured while it runs."""

from __future__ import annotations

import argparse
import importlib.util
import os
import socket
import sys
from pathlib import Path
from typing import ClassVar

from core.cli.command import Command
from core.cli.parser import add_record_to, add_script, check_writable, folders
from core.cli.terminal.streams import complain
from core.engines.interpreter import look_at
from core.engines.watching.launch import run_watched
from core.folders import Folders
from core.model.errors import InputError
from core.session.watch_recorder import WatchRecorder
from core.user_code.user_function import python_file


class Watch(Command):
    """Runs a script as Python would and only measures its trainings."""

    name: ClassVar[str] = "watch"
    help: ClassVar[str] = (
        "Run a training script as `python FILE.py ...` does, to its end, and only measure: each "
        "model.fit becomes a recorded run, which an open window draws live. Nothing in the script "
        "is changed, its exit code included."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument(
            "--python",
            metavar="VENV_OR_PYTHON",
            help="another interpreter that runs it: an environment's folder, or a Python",
        )
        add_record_to(parser)
        add_script(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class; where all is well, the script runs in place of this process."""
        if not hasattr(os, "fork"):
            raise InputError("watch needs Linux or macOS", remedy="`run-script` runs everywhere.")
        script = python_file(arguments.script)
        where = folders(arguments)
        where.make()
        check_writable(where.runs)
        python, magic = sys.executable, importlib.util.MAGIC_NUMBER
        if arguments.python is not None:
            interpreter = look_at(arguments.python)
            python, magic = interpreter.path, interpreter.magic
        other = "" if arguments.python is None else python

        def record(end: socket.socket) -> None:
            _record(where, script, other, end)

        run_watched(python, magic, arguments.script, arguments.script_arguments, record)


def _record(where: Folders, script: Path, interpreter: str, end: socket.socket) -> None:
    try:
        said = WatchRecorder(where, script, interpreter).take_all(end)
    except Exception as error:
        said = f"{script.name} is not recorded any more ({type(error).__name__}: {error})."
    complain(said)
