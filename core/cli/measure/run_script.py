"""``run-script``: someone's training script, measured in its ``model.fit``."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.cli.measure.run import RunCommand
from core.cli.pipeline.show import chain_text
from core.cli.running.engine import add_engine
from core.cli.running.execute import add_output
from core.cli.running.settings import add_script, add_settings
from core.cli.terminal.streams import to_stderr
from core.model.settings import Settings
from core.workloads.workload import Workload


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
        add_script(parser)

    def before(self, workload: Workload, settings: Settings) -> None:
        """The chain, on stderr: what follows is of the stages that it names."""
        to_stderr(f"{chain_text(workload, settings)}\n")
