"""``workloads``: what can be trained."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.cli.command import DONE, Command
from core.cli.terminal.streams import say
from core.cli.terminal.table import indented
from core.export.run_json import to_json
from core.workloads.catalogue import WORKLOADS


class WorkloadsCommand(Command):
    """Lists the workloads."""

    name: ClassVar[str] = "workloads"
    help: ClassVar[str] = "List the workloads."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument("--json", action="store_true", help="as one JSON document")

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        if arguments.json:
            documents = [
                {
                    "id": workload.id,
                    "title": workload.title,
                    "description": workload.description,
                    "stages": [stage.key for stage in workload.chain.stages],
                }
                for workload in WORKLOADS
            ]
            say(to_json({"schema": "pipeline-explorer/workloads/1", "workloads": documents}))
            return DONE
        for workload in WORKLOADS:
            say(f"{workload.id}\n{indented(f'{workload.title}. {workload.description}')}")
        return DONE
