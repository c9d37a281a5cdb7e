"""Files that a comparison or sweep is written to: report, tables, document."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.cli.terminal.streams import say
from core.export.files import check_target, write_text
from core.model.errors import ExplorerError, InputError
from core.model.experiment import Experiment
from core.session import Session
from core.session.experiment_files import EXPERIMENT_FILES

_TEXTS = {file.id: file.text for file in EXPERIMENT_FILES}


def add_files(parser: argparse.ArgumentParser) -> None:
    """``--html``, ``--csv`` and ``--summary-csv``, beside ``--json``."""
    for file in EXPERIMENT_FILES:
        if file.id != "json":
            parser.add_argument(f"--{file.id.replace('_', '-')}", metavar="FILE", help=file.help)


def check_files(arguments: argparse.Namespace) -> None:
    """Look whether all files can be written, before anything slow is begun.

    Raises:
        InputError: One cannot, or two outputs would get mixed.
    """
    targets = _targets(arguments)
    for target in targets.values():
        if target != "-":
            check_target(Path(target))
    if len(set(targets.values())) < len(targets):
        raise InputError(
            "Two outputs would go to the same place",
            expected="another file for each, and at most one - for stdout",
        )


def write_files(arguments: argparse.Namespace, session: Session, experiment: Experiment) -> bool:
    """Write what was asked for.

    Args:
        arguments: See ``add_files``.
        session: Keeps the experiment and its runs.
        experiment: Which one.

    Returns:
        Whether that leaves nothing to be said on stdout: something else went there, or a document
        for a program to read was what the person wanted.

    Raises:
        ExplorerError: A file cannot be written (the others are), or its workload, a knob or a
            value does not exist any more and the format needs it.
    """
    targets = _targets(arguments)
    failed: ExplorerError | None = None
    for name, target in targets.items():
        text = _TEXTS[name](session, experiment)
        if target == "-":
            say(text)
            continue
        try:
            write_text(Path(target), text)
        except ExplorerError as error:
            # The others may lie on another disk.
            failed = failed or error
    if failed is not None:
        raise failed
    return "-" in targets.values() or "json" in targets


def _targets(arguments: argparse.Namespace) -> dict[str, str]:
    targets = {name: getattr(arguments, name, None) for name in _TEXTS}
    return {name: target for name, target in targets.items() if target is not None}
