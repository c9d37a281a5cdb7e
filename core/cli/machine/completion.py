"""``completion``: a script with which a shell completes commands, workloads, knobs and values."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.cli.command import DONE, Command
from core.cli.terminal.streams import say

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "pipeline-explorer"


class Completion(Command):
    """Prints a script for a shell. It has every word in it, so completing starts no Python."""

    name: ClassVar[str] = "completion"
    help: ClassVar[str] = (
        f"Print a script with which a shell completes {PROGRAM}: commands, options, workloads, "
        "knobs and values."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument("shell", choices=SHELLS, help="the shell")

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        # Here and not above: only this command needs them.
        import shtab

        from core.cli.program import whole_parser
        from core.cli.terminal.completion_words import functions, mark

        parser = whole_parser()
        parser.prog = PROGRAM
        mark(parser)
        script = shtab.complete(
            parser, arguments.shell, preamble=functions().get(arguments.shell, "")
        )
        say(finished(script, arguments.shell))
        return DONE


def finished(script: str, shell: str) -> str:
    """The script with what shtab leaves to us: in bash, words with = and : in them."""
    if shell != "bash":
        return script
    from core.cli.terminal.completion_words import BASH_JOIN

    return f"{script}\n{BASH_JOIN}"
