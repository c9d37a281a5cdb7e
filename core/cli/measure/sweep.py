"""``sweep``: many configurations, unattended; goes on where it was stopped."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.analysis.sweeps.design import axis, designed
from core.analysis.sweeps.sweep import SweepResult
from core.analysis.sweeps.time_needed import time_needed
from core.cli.command import DONE, STOPPED
from core.cli.measure.training_command import TrainingCommand
from core.cli.running.engine import add_engine, chosen_engine, say_engine
from core.cli.running.execute import add_output, session_for
from core.cli.running.execute_all import GOES_ON, add_name, carry_out_all
from core.cli.running.experiment_text import sweep_text
from core.cli.running.output import add_files, check_files, write_files
from core.cli.running.settings import add_settings, check_backend, chosen
from core.cli.terminal.streams import complain, say, to_stderr
from core.model.errors import InputError
from core.model.experiment import Experiment
from core.model.turn import ExperimentKind
from core.session import Session
from core.text.plural import plural


class Sweep(TrainingCommand):
    """Runs a design over some knobs in interleaved rounds and says which mattered."""

    name: ClassVar[str] = "sweep"
    help: ClassVar[str] = "Run many configurations and say which knob mattered most."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser)
        parser.add_argument(
            "--vary",
            action="append",
            default=[],
            metavar="STAGE.KNOB=V1,V2,...",
            help="a knob and its values: a list, A..B, doublings A..B*2, or sensible; repeatable",
        )
        parser.add_argument(
            "--design",
            default="grid",
            metavar="grid|one-at-a-time|random:N",
            help="how they are put together (default: grid)",
        )
        parser.add_argument("--repeats", type=int, default=1, help="runs of each (default: 1)")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be run")
        add_name(parser)
        add_engine(parser)
        add_output(parser)
        add_files(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        check_backend()
        workload, base = chosen(arguments)
        axes = [axis(text, base.chain) for text in arguments.vary]
        configurations = designed(arguments.design, base, axes)
        if arguments.repeats < 1:
            raise InputError(f"--repeats cannot be {arguments.repeats}", expected="1 or more")
        check_files(arguments)
        engine = chosen_engine(arguments, workload, configurations, experiment=True)
        wanted = Experiment(
            ExperimentKind.SWEEP,
            workload.id,
            configurations,
            arguments.repeats,
            tuple(axes),
            arguments.design,
            name=arguments.name,
            engine=engine.engine,
            interpreter=arguments.interpreter,
        )
        with session_for(arguments, workload, base) as session:
            experiment = session.experiments.unfinished_like(wanted) or wanted
            to_stderr(f"{_announcement(session, experiment)}\n")
            if arguments.dry_run:
                return DONE
            say_engine(engine)
            experiment = session.experiments.add(experiment)
            code = carry_out_all(session, experiment, self.fit, arguments)
            if code == STOPPED:
                complain(GOES_ON)
                return code
            sweep = session.experiments.result(experiment)
            assert isinstance(sweep, SweepResult)
            if not write_files(arguments, session, experiment):
                say(sweep_text(sweep))
        return code


def _announcement(session: Session, experiment: Experiment) -> str:
    """How many runs, how long they will take as far as is known, and what was there already."""
    left = session.experiments.plans(experiment)
    total = len(experiment.order)
    again = f"; {total - len(left)} of them were done before" if len(left) < total else ""
    time = time_needed(left, session.runs).text()
    many = plural(len(experiment.configurations), "configuration")
    return f"{many}, {plural(total, 'run')}{again}; {time}"
