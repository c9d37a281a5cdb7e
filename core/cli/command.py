"""What a command of the command line is."""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from typing import ClassVar

DONE, FAILED, BAD_INPUT, SLOWER, STOPPED, BROKEN_PIPE = 0, 1, 2, 3, 130, 141
EXIT_CODES = {
    DONE: "done",
    FAILED: "failed",
    BAD_INPUT: "bad input",
    SLOWER: "slower (--fail-if-slower)",
    STOPPED: "stopped",
    BROKEN_PIPE: "nobody read the output to its end",
}
"""What a shell sees; the last one as of a program that SIGPIPE ended."""


class Command(ABC):
    """One command is one subclass in one file of a room of ``core/cli``.

    Class attributes:
        name: The word that calls it.
        help: What it does, in a sentence.
    """

    name: ClassVar[str]
    help: ClassVar[str]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""
        return

    @abstractmethod
    def run(self, arguments: argparse.Namespace) -> int:
        """Carry it out and return the exit code.

        Raises:
            InputError: Bad input: exit code 2.
            ExplorerError: Anything else that went wrong: exit code 1.
        """
