"""Carries out all runs of an experiment that are missing, one after the other."""

from __future__ import annotations

import argparse

from core.analysis.comparisons.configurations import described
from core.cli.command import DONE, FAILED, STOPPED
from core.cli.running.execute import Fit, carry_out, exit_code
from core.cli.terminal.streams import to_stderr
from core.model.errors import ExplorerError
from core.model.experiment import Experiment
from core.model.turn import configuration_name
from core.session import Session

GOES_ON = "The same command goes on where it was stopped."


def add_name(parser: argparse.ArgumentParser) -> None:
    """``--name``: what a comparison or sweep is called in lists and in the window."""
    parser.add_argument(
        "--name", default="", metavar="TEXT", help="what it is called; it is kept with its runs"
    )


def take_lease(session: Session, experiment: Experiment) -> None:
    """Be the one who carries an experiment out.

    Raises:
        ExplorerError: Another program does now.
    """
    if not session.experiments.leases.take(experiment.id):
        raise ExplorerError(
            f"Another program carries out {experiment.title!r} now",
            expected="one at a time: two would take the processor from each other",
            remedy="Wait until it is over, or close the window that runs it.",
        )


def carry_out_all(
    session: Session, experiment: Experiment, fit: Fit | None, arguments: argparse.Namespace
) -> int:
    """Carry out what is missing of a kept experiment; a run that fails does not stop the others.

    Args:
        session: Keeps the experiment.
        experiment: Which one.
        fit: Carries a plan out; None for the real one.
        arguments: With ``details``.

    Raises:
        ExplorerError: Another program carries it out now.

    Returns:
        The exit code: stopped, failed where some run did, else done.
    """
    take_lease(session, experiment)
    session.queue.add(*session.experiments.plans(experiment))
    words = described(experiment.configurations)
    total, code = len(experiment.order), DONE
    before = total - len(session.queue)
    for number in range(before + 1, total + 1):
        plan = session.queue.take()
        if plan is None or plan.turn is None:
            break
        name, turn = configuration_name(experiment.kind, plan.turn.which), plan.turn
        to_stderr(f"run {number} of {total}: {name} {turn.repeat + 1}, {words[turn.which]}\n")
        run, saved = carry_out(session, plan, fit)
        ended = exit_code(run, saved, details=arguments.details)
        if ended == STOPPED:
            return STOPPED
        if ended != DONE:
            code = FAILED
    return code
