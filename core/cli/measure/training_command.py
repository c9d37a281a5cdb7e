"""What the commands that train have in common."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from core.cli.command import Command
from core.cli.running.engine import add_engine
from core.cli.running.execute import Fit, add_output
from core.cli.running.settings import add_settings


@dataclass(frozen=True)
class TrainingCommand(Command):
    """A command that trains a workload.

    Attributes:
        fit: Carries a plan out; None for the real one.
    """

    fit: Fit | None = None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """What is trained, where, and what is written of it."""
        add_settings(parser)
        add_engine(parser)
        add_output(parser)
