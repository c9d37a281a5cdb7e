"""``stages``: how fast the pipeline delivers behind each of its stages."""

from __future__ import annotations

import argparse
import dataclasses
from typing import ClassVar

from core.cli.command import Command
from core.cli.measure.diagnose import diagnosed
from core.cli.parser import add_settings, check_backend, chosen
from core.cli.running.answer_text import stages_text
from core.cli.running.engine import add_engine, chosen_engine
from core.cli.running.execute import Fit, add_output, check_output, deliver
from core.export.diagnosis_json import diagnosis_document
from core.model.diagnosis import DiagnosisOptions


@dataclasses.dataclass(frozen=True)
class Stages(Command):
    """Cuts the pipeline off behind each stage and drains it, and says what limits training.

    Attributes:
        fit: Carries a plan out; None for the real one.
    """

    name: ClassVar[str] = "stages"
    help: ClassVar[str] = (
        "Measure how fast the pipeline delivers behind each of its stages, without changing it."
    )

    fit: Fit | None = None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser)
        add_engine(parser)
        add_output(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        workload, settings = chosen(arguments)
        check_output(arguments)
        engine = chosen_engine(arguments, workload, [settings])
        options = DiagnosisOptions(search=False)
        run, answer, code = diagnosed(arguments, workload, settings, engine, options, self.fit)
        if answer is not None:
            deliver(
                arguments, lambda: diagnosis_document(run, answer), lambda: stages_text(run, answer)
            )
        return code
