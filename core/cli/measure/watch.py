"""``watch``: a training script as it is, measured while it runs."""

from __future__ import annotations

import argparse
import importlib.util
import os
import socket
import sys
from functools import partial
from pathlib import Path
from typing import ClassVar

from core.cli.command import Command
from core.cli.data_dir import add_record_to, folders
from core.cli.running.settings import add_script
from core.cli.terminal.streams import complain
from core.cli.terminal.writable import check_writable
from core.engines.far_watch import run_watched_there
from core.engines.guard import end_as
from core.engines.interpreter import Interpreter, look_at
from core.engines.ssh import checked_machine
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
        parser.add_argument(
            "--ssh",
            metavar="[USER@]HOST",
            help="another machine, on which the script is and --python is (default: its python3): "
            "it runs there as `ssh HOST python FILE.py ...` does, and is recorded here",
        )
        add_record_to(parser)
        add_script(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class; where all is well, the script runs in place of this process."""
        if not hasattr(os, "fork"):
            raise InputError("watch needs Linux or macOS", remedy="`run-script` runs everywhere.")
        script = Path(arguments.script)
        if arguments.ssh is None:
            script = python_file(arguments.script)
        where = folders(arguments)
        where.make()
        check_writable(where.runs)
        interpreter: Interpreter | None = None
        if arguments.ssh is not None:
            machine = checked_machine(arguments.ssh)
            interpreter = look_at(arguments.python or "", machine=machine)
        elif arguments.python is not None:
            interpreter = look_at(arguments.python)
        recorder = partial(_record, where, script, interpreter)
        if interpreter is not None and interpreter.machine:
            code = run_watched_there(
                interpreter, arguments.script, arguments.script_arguments, recorder
            )
            if code < 0:
                end_as(-code)
            return code
        python, magic = sys.executable, importlib.util.MAGIC_NUMBER
        if interpreter is not None:
            python, magic = interpreter.path, interpreter.magic
        run_watched(python, magic, arguments.script, arguments.script_arguments, recorder)


def _record(
    where: Folders, script: Path, interpreter: Interpreter | None, end: socket.socket
) -> None:
    name, machine = "" if interpreter is None else interpreter.name, ""
    if interpreter is not None and interpreter.machine:
        machine = f"{interpreter.machine} ({interpreter.node})"
    try:
        sentence = WatchRecorder(where, script, name, machine).take_all(end)
    except Exception as error:
        sentence = f"{script.name} is not recorded any more ({type(error).__name__}: {error})."
    complain(sentence)
