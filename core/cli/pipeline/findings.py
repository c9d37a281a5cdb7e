"""``findings``: what is known to be wrong or costly about a pipeline."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Sequence
from typing import ClassVar

from core.analysis.comparisons.comparison import Comparison
from core.analysis.findings import Finding, findings
from core.analysis.findings.advice import what_to_try_first
from core.analysis.findings.diagnosed import advice_of, diagnosed, where_it_matters
from core.analysis.findings.measured import Records, with_measured
from core.analysis.findings.text import to_text
from core.analysis.stages.executed_view import executed_view
from core.cli.command import DONE, Command
from core.cli.data_dir import folders, recorded
from core.cli.running.settings import add_settings, chosen
from core.cli.running.user_code import add_details
from core.cli.terminal.streams import say
from core.export.findings_json import findings_document
from core.export.run_json import to_json
from core.machine_memory import available_bytes
from core.measure.environment import usable_cores
from core.model.errors import InputError
from core.model.run import Run, RunState
from core.model.settings import Settings
from core.model.turn import ExperimentKind
from core.session import Session
from core.workloads.workload import Workload


class Findings(Command):
    """Reads a chain and says what is known of it, each with its line."""

    name: ClassVar[str] = "findings"
    help: ClassVar[str] = (
        "Say what is known to be wrong or costly about a pipeline, each with its line, and what "
        "recorded runs measured of it."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser)
        parser.add_argument("--json", action="store_true", help="as one JSON document")
        add_details(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        workload, settings = chosen(arguments)
        known_findings: Sequence[Finding] = findings(
            settings, cores=len(usable_cores()), memory_bytes=available_bytes()
        )
        advice = ""
        if folders(arguments).runs.is_dir():
            with recorded(arguments) as session:
                records = _records(session, workload)
                known_findings = with_measured(known_findings, settings, records)
                answer = diagnosed(session.diagnoses, workload.id, settings)
                known_findings = where_it_matters(known_findings, answer)
                advice = (
                    _advice(records, settings, known_findings)
                    if answer is None
                    else advice_of(answer)
                )
        if arguments.json:
            say(to_json(findings_document(known_findings, advice)))
        else:
            say("\n\n".join(filter(None, (to_text(known_findings), advice))))
        return DONE


def _advice(records: Records, settings: Settings, known_findings: Sequence[Finding]) -> str:
    run = _last(records, settings)
    if run is None:
        return ""
    return what_to_try_first(run, known_findings, executed_view(run, settings).rows)


def _records(session: Session, workload: Workload) -> Records:
    compared = []
    for experiment in session.experiments.all:
        if experiment.workload == workload.id and experiment.kind is ExperimentKind.COMPARISON:
            with contextlib.suppress(InputError):
                result = session.experiments.result(experiment)
                assert isinstance(result, Comparison)
                compared.append((experiment, result))
    return Records(workload.id, session.runs, compared)


def _last(records: Records, settings: Settings) -> Run | None:
    """The last run that was done with these very settings."""
    return next(
        (
            run
            for run in reversed(records.runs)
            if run.plan.workload == records.workload
            and run.state is RunState.DONE
            and run.settings == settings
        ),
        None,
    )
