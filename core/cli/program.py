"""The whole command line: from arguments to exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from core.cli.command import BAD_INPUT, BROKEN_PIPE, DONE, EXIT_CODES, FAILED, STOPPED, Command
from core.cli.data_dir import add_data_dir
from core.cli.parser import Parser
from core.cli.running.user_code import script_arguments, user_code_in
from core.cli.terminal.streams import complain, drop_stdout, to_stderr
from core.cli.window import OpenWindow, show_window
from core.model.errors import ExplorerError, InputError
from core.store.followed_log import check_place


def main(
    argv: Sequence[str],
    *,
    open_window: OpenWindow | None = None,
    commands: Sequence[Command] | None = None,
) -> int:
    """Carry out a command, or open the window where there is none.

    Args:
        argv: Arguments without the name of the program.
        open_window: Opens the window, with the code of their own that the person named, and returns
            its exit code.
        commands: The commands that there are; None for all.

    Returns:
        One of ``EXIT_CODES``.
    """
    if hasattr(sys.stdout, "reconfigure"):
        # A console that lacks a sign shows a question mark; that is no reason to fail.
        sys.stdout.reconfigure(errors="replace")
    words, arguments = list(argv), argparse.Namespace(details=False)
    try:
        own = user_code_in(words)
        words, behind = script_arguments(words)
        arguments = _parser(_needed(words) if commands is None else commands).parse_args(words)
        if behind is not None:
            arguments.script_arguments = behind
        if arguments.command is None:
            return show_window(arguments, open_window, own)
        if getattr(arguments, "in_window", False):
            return show_window(arguments, open_window, follow=check_place(Path(arguments.follow)))
        code: int = arguments.command.run(arguments)
        return code
    except ExplorerError as error:
        _tell(error, details=getattr(arguments, "details", False))
        return BAD_INPUT if isinstance(error, InputError) else FAILED
    except KeyboardInterrupt:
        return STOPPED
    except SystemExit:  # argparse after --help
        return DONE
    except BrokenPipeError:
        drop_stdout()
        return BROKEN_PIPE


def _tell(error: ExplorerError, *, details: bool) -> None:
    more = error.details and not details
    complain(f"{error}{' (--details shows where.)' if more else ''}")
    if details and error.details:
        to_stderr(error.details.rstrip() + "\n")


def _needed(words: Sequence[str]) -> Sequence[Command]:
    """All commands; none where the window opens, which is not to wait until they are loaded."""
    rest = list(words)
    while rest[:1] == ["--data-dir"] and len(rest) > 1 and not rest[1].startswith("-"):
        del rest[:2]
    if not rest:
        return ()
    from core.cli.catalogue import COMMANDS

    return COMMANDS


def whole_parser() -> Parser:
    """The parser with every command in it."""
    from core.cli.catalogue import COMMANDS

    return _parser(COMMANDS)


def _parser(commands: Sequence[Command]) -> Parser:
    parser = Parser(
        prog="python main.py",
        description="Change how a tf.data pipeline is built, train for real, and see what the "
        "change did. Without a command, the window opens; with FILE.py:FUNCTION in its place, your "
        "own pipeline is open in it.",
        epilog="Exit codes: "
        + ", ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items())
        + ".",
        allow_abbrev=False,
    )
    add_data_dir(parser)
    parser.set_defaults(command=None)
    if not commands:
        return parser
    parts = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in commands:
        part = parts.add_parser(
            command.name, help=command.help, description=command.help, allow_abbrev=False
        )
        add_data_dir(part)
        command.add_arguments(part)
        part.set_defaults(command=command)
    return parser
