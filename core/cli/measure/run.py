"""``run``: train once and say what was measured."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.cli.measure.training_command import TrainingCommand
from core.cli.running.engine import chosen_engine, say_engine
from core.cli.running.execute import carry_out, check_output, deliver, exit_code, session_for
from core.cli.running.settings import check_backend, chosen
from core.cli.running.summary import summary
from core.export.run_json import run_document
from core.model.run import RunState
from core.model.settings import Settings
from core.workloads.workload import Workload


class RunCommand(TrainingCommand):
    """Trains one workload with given settings, as the window does."""

    name: ClassVar[str] = "run"
    help: ClassVar[str] = "Train a workload once and say what was measured."

    def before(self, workload: Workload, settings: Settings) -> None:
        """What is said before it trains."""

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        workload, settings = chosen(arguments)
        check_output(arguments)
        engine = chosen_engine(arguments, workload, [settings])
        with session_for(arguments, workload, settings) as session:
            self.before(workload, settings)
            say_engine(engine)
            plan = session.plan(workload, settings, engine=engine.engine)
            run, saved = carry_out(session, plan, self.fit)
        deliver(
            arguments,
            lambda: run_document(run),
            lambda: "" if run.state is RunState.FAILED else summary(run),
        )
        return exit_code(run, saved, details=arguments.details)
