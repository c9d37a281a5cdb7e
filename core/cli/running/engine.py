"""Where runs of the command line train: what was asked for, else what suits them; said aloud."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from core.cli.terminal.streams import NAME, to_stderr
from core.model.errors import InputError
from core.model.plan import ENGINES, PROCESS, WINDOW
from core.model.settings import Settings
from core.pipeline.stages.process import check_engine
from core.session.engine_choice import EngineChoice, engine_for
from core.workloads.workload import Workload

_WORDS = {True: "isolated, in a process of its own", False: "in this program"}


def add_engine(parser: argparse.ArgumentParser) -> None:
    """``--engine``, of every command that trains."""
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        help="where it trains: window, in this program; process, isolated in one of its own. "
        "Default: what suits it (comparisons, sweeps and Python functions: process). Your own "
        "code always trains in a process of its own",
    )


def chosen_engine(
    arguments: argparse.Namespace,
    workload: Workload,
    configurations: Iterable[Settings],
    *,
    experiment: bool = False,
) -> EngineChoice:
    """The engine, and why it is that one.

    Args:
        arguments: See ``add_engine``.
        workload: What is trained.
        configurations: The settings of all its runs.
        experiment: They are a comparison's or sweep's.

    Raises:
        InputError: Something is set that only a process of its own takes.
    """
    several = tuple(configurations)
    wanted = arguments.engine
    elsewhere = bool(arguments.interpreter)
    if elsewhere and wanted == WINDOW:
        python, ssh = arguments.python, arguments.ssh
        other = f"--python {python}" if ssh is None else f"--ssh {ssh}"
        raise InputError(
            f"--engine {WINDOW} trains in this program, and {other} in another",
            expected=f"--engine {PROCESS}, or none",
        )
    choice = engine_for(
        workload.code,
        several[0],
        experiment=experiment,
        wanted=wanted,
        elsewhere=arguments.interpreter,
    )
    if wanted is not None and not choice.why:
        choice = EngineChoice(wanted, "--engine")
    for settings in several:
        check_engine(settings, choice.engine)
    return choice


def say_engine(choice: EngineChoice) -> None:
    """Say on stderr where runs train, and why there."""
    why = f": {choice.why}" if choice.why else ""
    to_stderr(f"{NAME}: trains {_WORDS[choice.engine == PROCESS]}{why}\n")
