"""``stages``: how fast the pipeline delivers behind each of its stages."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.cli.measure.diagnose import diagnosed
from core.cli.measure.training_command import TrainingCommand
from core.cli.running.answer_text import stages_text
from core.cli.running.engine import chosen_engine
from core.cli.running.execute import check_output, deliver
from core.cli.running.settings import check_backend, chosen
from core.export.diagnosis_json import diagnosis_document
from core.model.diagnosis import DiagnosisOptions


class Stages(TrainingCommand):
    """Cuts the pipeline off behind each stage and drains it, and says what limits training."""

    name: ClassVar[str] = "stages"
    help: ClassVar[str] = (
        "Measure how fast the pipeline delivers behind each of its stages, without changing it."
    )

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
