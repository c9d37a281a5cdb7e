"""Arguments that several commands share, and a parser that complains in one line."""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from core.cli.running.interpreter import choose_interpreter
from core.cli.running.user_code import WORKLOAD_HELP, named
from core.cli.terminal.streams import complain, say
from core.folders import Folders
from core.model.errors import InputError
from core.model.settings import Settings
from core.pipeline.presets import preset
from core.pipeline.stages.stand_in import STAND_IN, with_stand_in
from core.session import Session
from core.session.interrupted import interrupted_words
from core.workloads.workload import Workload

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_FLAGS = (
    ("--device", "fit.device", "cpu, gpu:N or emulated:MS"),
    ("--epochs", "fit.epochs", "how often to go through the data"),
    ("--steps", "fit.steps_per_epoch", "batches an epoch, or all"),
    ("--seed", "fit.seed", "seed of weights, shuffling and augmentation"),
)
"""Short words for the knobs of ``fit``: option, knob, help."""


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


def add_script(parser: argparse.ArgumentParser) -> None:
    """A script, and everything behind its name as its own arguments."""
    parser.add_argument("script", metavar="FILE.py", help="the script")
    parser.add_argument(
        "script_arguments",
        metavar="...",
        nargs=argparse.REMAINDER,
        help="the script's own arguments",
    )


def add_settings(
    parser: argparse.ArgumentParser, *, workload: bool = True, own: tuple[str, ...] = ()
) -> None:
    """The workload, unless something else names it, and everything that sets its knobs.

    Args:
        parser: Takes them.
        workload: The workload is an argument.
        own: Options that the command has for something else.
    """
    if workload:
        parser.add_argument("workload", metavar="WORKLOAD", help=WORKLOAD_HELP)
    parser.add_argument(
        "--fit",
        type=int,
        default=1,
        metavar="N",
        dest="fit_number",
        help="of a script: which of its calls of model.fit with a tf.data.Dataset is taken "
        "(default: 1, the first)",
    )
    parser.add_argument(
        "--python",
        metavar="VENV_OR_PYTHON",
        help="another interpreter that opens your code and trains: an environment's folder, or a "
        "Python. Nothing is installed there; it needs TensorFlow 2.16 or later",
    )
    parser.add_argument(
        "--ssh",
        metavar="[USER@]HOST",
        help="another machine, on which your files are and --python is (default: its python3), "
        "reached by the system's ssh",
    )
    parser.add_argument("--preset", metavar="NAME", help="`presets` lists them")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="STAGE.KNOB=VALUE",
        dest="assignments",
        help="set a knob, any number of times; `knobs` lists them",
    )
    for option, key, text in (flag for flag in _FLAGS if flag[0] not in own):
        parser.add_argument(option, metavar="VALUE", dest=key, help=f"{text} ({key})")
    parser.add_argument(
        "--stand-in",
        action="store_true",
        help="of your own code: train a stand-in model in place of yours, on emulated:20 unless "
        f"another device is named ({STAND_IN}=on)",
    )


def chosen(arguments: argparse.Namespace) -> tuple[Workload, Settings]:
    """The workload and its settings: defaults, then preset, then ``--set``, then flags.

    Raises:
        InputError: Something in it does not exist or is out of range.
        RunError: The person's own code raised.
    """
    choose_interpreter(arguments)
    workload = named(arguments)
    settings = workload.chain.defaults()
    if arguments.stand_in:
        settings = with_stand_in(settings)
    if arguments.preset is not None:
        settings = preset(arguments.preset, workload.id, workload.chain).apply(settings)
    settings = settings.with_assignments(arguments.assignments)
    flags = {key: getattr(arguments, key, None) for _, key, _ in _FLAGS}
    return workload, settings.with_values(
        {key: value for key, value in flags.items() if value is not None}
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


def check_writable(folder: Path) -> None:
    """Make sure that files can be made in a folder.

    Raises:
        InputError: They cannot.
    """
    why = why_not_writable(folder)
    if why:
        raise InputError(
            f"The folder {folder} cannot be written to ({why})",
            remedy="Name another with --data-dir DIR; with --no-record none is needed.",
        )


def why_not_writable(folder: Path) -> str:
    """Why no file can be made in a folder; empty where one can."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def check_backend() -> None:
    """Make sure that Keras runs on TensorFlow.

    Raises:
        InputError: The environment says otherwise.
    """
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        raise InputError(
            f"KERAS_BACKEND is set to {backend!r}",
            expected="tensorflow, the only backend whose train step can be timed here",
            remedy="Unset KERAS_BACKEND.",
        )
