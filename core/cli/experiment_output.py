"""Files that a comparison or sweep is written to: report, tables, document."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from core.analysis.comparison import Comparison
from core.analysis.members import members
from core.cli.streams import say
from core.export.comparison_csv import comparison_csv
from core.export.experiment_json import experiment_document
from core.export.files import check_target, write_text
from core.export.report import report_html
from core.export.run_json import to_json
from core.export.runs_csv import RunsCsv
from core.export.sweep_csv import sweep_csv
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.session import Session

_FORMATS = ("json", "html", "csv", "summary_csv")


def add_files(parser: argparse.ArgumentParser) -> None:
    """``--html``, ``--csv`` and ``--summary-csv``, beside ``--json``."""
    parser.add_argument(
        "--html", metavar="FILE", help="write a report that opens in any browser, offline"
    )
    parser.add_argument("--csv", metavar="FILE", help="write a table with one row a run")
    parser.add_argument(
        "--summary-csv",
        metavar="FILE",
        help="write a table of what came of it: means, ratios or intervals, verdicts",
    )


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
        InputError: A file cannot be written, or its workload, a knob or a value does not exist
            any more and the format needs it.
    """
    targets = _targets(arguments)
    for name, target in targets.items():
        text = _texts(session, experiment)[name]()
        if target == "-":
            say(text)
        else:
            write_text(Path(target), text)
    return "-" in targets.values() or "json" in targets


def _targets(arguments: argparse.Namespace) -> dict[str, str]:
    found = {name: getattr(arguments, name, None) for name in _FORMATS}
    return {name: target for name, target in found.items() if target is not None}


def _texts(session: Session, experiment: Experiment) -> dict[str, Callable[[], str]]:
    return {
        "json": lambda: to_json(
            experiment_document(experiment, session.experiments.result(experiment))
        ),
        "html": lambda: report_html(experiment, session.runs, data_folder=session.folders.cache),
        "csv": lambda: _runs(session, experiment),
        "summary_csv": lambda: _summary(session, experiment),
    }


def _runs(session: Session, experiment: Experiment) -> str:
    """Every run of it, also those that failed, were stopped or were run again."""
    of = members(session.runs, session.experiments.all)
    runs = [
        run for run in session.runs if run.id in of and of[run.id].experiment_id == experiment.id
    ]
    return RunsCsv().text(runs, of)


def _summary(session: Session, experiment: Experiment) -> str:
    found = session.experiments.result(experiment)
    return comparison_csv(found) if isinstance(found, Comparison) else sweep_csv(found)
