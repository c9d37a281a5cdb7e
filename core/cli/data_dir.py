"""``--data-dir`` and ``--record-to``: where recordings are, and the recordings there."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace

from core.cli.terminal.streams import complain
from core.folders import Folders
from core.model.errors import InputError
from core.session import Session
from core.session.interrupted import interrupted_words


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """``--data-dir``, before or after the command."""
    parser.add_argument(
        "--data-dir",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder of recorded runs and generated data (default: the platform's own places)",
    )


def add_record_to(parser: argparse._ActionsContainer) -> None:
    """``--record-to``, of commands whose runs may be followed elsewhere."""
    parser.add_argument(
        "--record-to",
        metavar="FOLDER",
        help="record in this folder, such as a mounted or synchronised one: `follow FOLDER` on "
        "another machine draws the run live. Generated data stay where they are",
    )


def folders(arguments: argparse.Namespace) -> Folders:
    """Where recordings and data are to be."""
    named = getattr(arguments, "data_dir", None)
    where = Folders.default() if named is None else Folders.under(named)
    record_to = getattr(arguments, "record_to", None)
    return where if record_to is None else replace(where, runs=Folders.under(record_to).runs)


@contextlib.contextmanager
def recorded(arguments: argparse.Namespace) -> Iterator[Session]:
    """The recorded runs of a folder, to look at; closed afterwards.

    Raises:
        InputError: The person named a folder that is not there.
    """
    where = folders(arguments)
    if hasattr(arguments, "data_dir") and not os.path.isdir(where.runs):
        there = os.path.exists(where.runs)
        raise InputError(
            f"{where.runs} is a file" if there else f"There is no folder {where.runs}",
            expected="a folder of recorded runs",
        )
    session = Session(where)
    try:
        tell_opened(session)
        yield session
    finally:
        session.close()


def tell_opened(session: Session) -> None:
    """Say what had to be done to open recordings, and what was found interrupted."""
    for words in (session.notice, interrupted_words(session.interrupted)):
        if words:
            complain(words)
