"""``patch``: the chosen settings as a change to the person's own files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, ClassVar

from core.cli.command import DONE, FAILED, Command
from core.cli.running.settings import add_settings, chosen
from core.cli.running.user_code import add_details
from core.cli.terminal.streams import complain, say
from core.export.files import check_target, write_bytes
from core.export.patch.result import Patch
from core.export.run_json import to_json
from core.export.user_code_patch import user_code_patch
from core.model.environment import far_name


class PatchCommand(Command):
    """Prints a unified diff that makes someone's code as the settings say."""

    name: ClassVar[str] = "patch"
    help: ClassVar[str] = (
        "Print the settings as a unified diff of your own file: FILE.py:FUNCTION --set ... What "
        "cannot be done safely is said on stderr, and the exit code is then 1."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser)
        parser.add_argument(
            "--output", metavar="FILE", default="-", help="write it there (-: stdout)"
        )
        parser.add_argument(
            "--json", action="store_true", help="the diff and what is said of it as one document"
        )
        add_details(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        if arguments.output != "-":
            check_target(Path(arguments.output))
        workload, settings = chosen(arguments)
        patch = user_code_patch(workload, settings)
        if arguments.json:
            say(to_json(_document(patch)))
            if arguments.output != "-":
                write_bytes(Path(arguments.output), patch.diff_bytes)
            return FAILED if patch.not_done else DONE
        for text in (*patch.not_done, *patch.notes):
            complain(text)
        if patch.is_empty:
            complain("Nothing to change: the code is as the settings say.")
        if arguments.output != "-":
            write_bytes(Path(arguments.output), patch.diff_bytes)
        elif patch.files:
            _deliver(patch.diff, patch.diff_bytes)
        if patch.files:
            machine = "" if workload.code is None else workload.code.machine
            folder = far_name(machine, str(patch.folder))
            complain(f"Names start at {folder}: patch -p1 there.")
        return FAILED if patch.not_done else DONE


def _document(patch: Patch) -> dict[str, Any]:
    return {
        "schema": "pipeline-explorer/patch/1",
        "folder": str(patch.folder),
        "diff": patch.diff,
        "not_done": list(patch.not_done),
        "notes": list(patch.notes),
    }


def _deliver(text: str, content: bytes) -> None:
    """To stdout in the encoding of the files, where it takes bytes."""
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        say(text)
        return
    sys.stdout.flush()
    raw.write(content)
    raw.flush()
