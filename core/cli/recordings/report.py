"""``report``: kept comparisons, sweeps and diagnoses, and what came of one of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import ClassVar

from core.analysis.comparisons.comparison import Comparison
from core.cli.command import DONE, Command
from core.cli.data_dir import recorded
from core.cli.running.answer_text import answer_text
from core.cli.running.experiment_text import comparison_text, sweep_text, ways_text
from core.cli.running.output import add_files, check_files, write_files
from core.cli.terminal.streams import say
from core.cli.terminal.table import table
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.run import Run
from core.session import Session
from core.text.workload_name import workload_name

_MOST_NAMED = 8
_NONE = (
    "No comparison, sweep or diagnosis was kept yet. `python main.py compare`, `sweep` and "
    "`diagnose` make one, and so does the window."
)


class ReportCommand(Command):
    """Lists kept comparisons, sweeps and diagnoses, or writes one of them out."""

    name: ClassVar[str] = "report"
    help: ClassVar[str] = "List kept comparisons, sweeps and diagnoses, or write one as a report."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument(
            "which",
            nargs="?",
            metavar="NAME-OR-ID",
            help="a comparison, sweep or diagnosis: its name, its id or how that begins; all "
            "are listed without it",
        )
        add_files(parser)
        parser.add_argument("--json", metavar="FILE", help="write one JSON document (-: stdout)")

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        wants_file = any((arguments.html, arguments.csv, arguments.summary_csv, arguments.json))
        if arguments.which is None and wants_file:
            raise InputError(
                "It is not said which experiment is to be written",
                expected="its name or id; `python main.py report` lists them",
            )
        check_files(arguments)
        with recorded(arguments) as session:
            if arguments.which is None:
                say(_listed(session))
                return DONE
            experiment = named(arguments.which, session.experiments.all)
            write_files(arguments, session, experiment)
            if not wants_file:
                say(_text(session, experiment))
        return DONE


def named(text: str, experiments: Sequence[Experiment]) -> Experiment:
    """The experiment that a person means: by id, by name, or by how either begins.

    Raises:
        InputError: None is called that, or several are; names candidates.
    """
    wanted = text.strip()
    folded = wanted.casefold()
    ways = (
        [experiment for experiment in experiments if experiment.id == wanted],
        [experiment for experiment in experiments if experiment.name == wanted],
        [experiment for experiment in experiments if experiment.name.casefold() == folded],
        [experiment for experiment in experiments if wanted and experiment.id.startswith(wanted)],
        [
            experiment
            for experiment in experiments
            if wanted and experiment.name.casefold().startswith(folded)
        ],
    )
    matches = next((way for way in ways if way), [])
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise InputError(
            f"{len(matches)} experiments are called {text!r}",
            expected=f"one of the ids {_candidates(matches)}",
        )
    raise InputError(
        f"There is no comparison, sweep or diagnosis {text!r}",
        expected=f"one of {_candidates(experiments)}" if experiments else "",
        remedy="" if experiments else _NONE,
    )


def _candidates(experiments: Sequence[Experiment]) -> str:
    """The latest first: that is what people mean most often."""
    shown = [
        f"{experiment.id} ({experiment.title})"
        for experiment in reversed(experiments[-_MOST_NAMED:])
    ]
    more = len(experiments) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _listed(session: Session) -> str:
    experiments = session.experiments.all
    if not experiments:
        return _NONE
    rows: list[tuple[str, ...]] = [
        ("id", "name", "kind", "workload", "runs done", "of planned", "created (UTC)")
    ]
    ids = {experiment.workload for experiment in experiments}
    for experiment in experiments:
        planned = len(experiment.order)
        done = planned - len(session.experiments.missing(experiment))
        created = experiment.created[:16].replace("T", " ")
        name = " ".join(experiment.name.split()) or "–"
        rows.append(
            (
                experiment.id,
                name,
                experiment.kind,
                workload_name(experiment.workload, *ids),
                str(done),
                str(planned),
                created,
            )
        )
    return table(rows, right=(4, 5))


def _text(session: Session, experiment: Experiment) -> str:
    result = session.experiments.result(experiment)
    if isinstance(result, Run):
        assert result.answer is not None
        text = answer_text(result, result.answer)
    elif isinstance(result, Comparison):
        settings = experiment.configurations if experiment.known else None
        text = comparison_text(result, experiment.workload, settings)
        text = "\n".join(filter(None, (text, ways_text(experiment, result))))
    else:
        text = sweep_text(result)
    return f"{experiment.title} ({experiment.id})\n{text}"
