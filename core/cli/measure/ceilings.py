"""``ceilings``: how fast the model alone and the pipeline alone could go."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.cli.command import DONE, FAILED
from core.cli.measure.training_command import TrainingCommand
from core.cli.running.engine import chosen_engine, say_engine
from core.cli.running.execute import carry_out, check_output, deliver, exit_code, session_for
from core.cli.running.settings import check_backend, chosen
from core.cli.terminal.streams import complain
from core.cli.terminal.table import indented, table
from core.export.ceilings_json import ceilings_document
from core.metrics.catalogue import metric
from core.model.measured.ceilings import Ceilings
from core.model.plan import Part
from core.model.run import Run
from core.text.workload_name import workload_name

_FIGURES = tuple(map(metric, ("throughput_examples_per_s", "cpu_in_use_cores")))


class CeilingsCommand(TrainingCommand):
    """Measures both parts by themselves, a few seconds each."""

    name: ClassVar[str] = "ceilings"
    help: ClassVar[str] = "Measure the model alone and the pipeline alone: what a run could reach."

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        workload, settings = chosen(arguments)
        check_output(arguments)
        engine = chosen_engine(arguments, workload, [settings])
        parts: list[Run] = []
        with session_for(arguments, workload, settings) as session:
            say_engine(engine)
            for part in (Part.PIPELINE, Part.MODEL):
                plan = session.plan(workload, settings, part, engine.engine)
                run, saved = carry_out(session, plan, self.fit)
                parts.append(run)
                code = exit_code(run, saved, details=arguments.details)
                if code != DONE:
                    return code
            ceilings = session.ceilings(session.plan(workload, settings, engine=engine.engine))
        if ceilings is None:
            why = next((why for run in parts if (why := _FIGURES[0].of(run).reason)), "")
            complain(f"The ceilings could not be measured ({why or 'environments differ'}).")
            return FAILED
        deliver(
            arguments, lambda: ceilings_document(parts, ceilings), lambda: _summary(parts, ceilings)
        )
        return DONE


def _summary(parts: list[Run], ceilings: Ceilings) -> str:
    rows = []
    for run in parts:
        for shown in _FIGURES:
            figure = shown.of(run)
            source = "" if figure.value is None else figure.provenance()
            rows.append((f"  {run.plan.part}", shown.label, figure.text(), source))
    head = f"ceilings of {workload_name(parts[0].plan.workload)} on {parts[0].plan.place}"
    return "\n".join((head, table(rows), *(indented(text) for text in ceilings.sentences())))
