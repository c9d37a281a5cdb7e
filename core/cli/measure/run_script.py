"""``run-script``: someone's training script, measured in its ``model.fit``."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import ClassVar

from core.cli.measure.run import RunCommand
from core.cli.parser import add_record_to, add_settings
from core.cli.pipeline.show import chain_text
from core.cli.running.engine import add_engine
from core.cli.running.execute import add_output
from core.cli.terminal.streams import to_stderr
from core.model.settings import Settings
from core.workloads.workload import Workload


@dataclass(frozen=True)
class RunScript(RunCommand):
    """Runs a script up to ``fit`` and measures that training."""

    name: ClassVar[str] = "run-script"
    help: ClassVar[str] = (
        "Run a training script up to its first model.fit with a tf.data.Dataset, train that and "
        "say what was measured. "
        "What stands behind the script's name is the script's."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser, workload=False)
        add_engine(parser)
        add_output(parser)
        add_record_to(parser)
        parser.add_argument("script", metavar="FILE.py", help="the script")
        parser.add_argument(
            "script_arguments",
            metavar="...",
            nargs=argparse.REMAINDER,
            help="the script's own arguments",
        )

    def before(self, workload: Workload, settings: Settings) -> None:
        """The chain, on stderr: what follows is of the stages that it names."""
        to_stderr(f"{chain_text(workload, settings)}\n")
