"""The arguments that name a workload and set its knobs."""

from __future__ import annotations

import argparse
import os

from core.cli.running.interpreter import choose_interpreter
from core.cli.running.user_code import WORKLOAD_HELP, named
from core.model.errors import InputError
from core.model.settings import Settings
from core.pipeline.presets import preset
from core.pipeline.stages.stand_in import STAND_IN, with_stand_in
from core.workloads.workload import Workload

_FLAGS = (
    ("--device", "fit.device", "cpu, gpu:N or emulated:MS"),
    ("--epochs", "fit.epochs", "how often to go through the data"),
    ("--steps", "fit.steps_per_epoch", "batches an epoch, or all"),
    ("--seed", "fit.seed", "seed of weights, shuffling and augmentation"),
)
"""Short words for the knobs of ``fit``: option, knob, help."""


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
        help="of a script: which of its calls of model.fit is taken (default: 1, the first)",
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
