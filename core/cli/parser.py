"""A parser that complains in one line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn

from core.cli.terminal.streams import say
from core.model.errors import InputError

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class Parser(argparse.ArgumentParser):
    """Raises ``InputError`` where argparse would print its usage and end the program."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Like any other output: argparse itself would pass over what cannot be written."""
        say(self.format_help())

    def error(self, message: str) -> NoReturn:
        """See the base class."""
        # The names of options are argparse's own; the sentence begins with a capital.
        raise InputError(
            message[:1].upper() + message[1:], remedy=f"`{self.prog} --help` shows what there is."
        )
