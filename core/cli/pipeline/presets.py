"""``presets``: named settings."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.cli.command import DONE, Command
from core.cli.terminal.streams import say
from core.cli.terminal.table import indented
from core.export.run_json import to_json
from core.pipeline.presets import PRESETS, Preset
from core.workloads.catalogue import WORKLOADS


class Presets(Command):
    """Lists the presets and the workloads that each applies to."""

    name: ClassVar[str] = "presets"
    help: ClassVar[str] = "List the presets and the workloads that each applies to."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument("--json", action="store_true", help="as one JSON document")

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        if arguments.json:
            documents = [
                {
                    "id": preset.id,
                    "label": preset.label,
                    "help": preset.help,
                    "values": dict(preset.values),
                    "workloads": _fitting(preset),
                }
                for preset in PRESETS
            ]
            say(to_json({"schema": "pipeline-explorer/presets/1", "presets": documents}))
            return DONE
        for preset in PRESETS:
            fitting = _fitting(preset)
            others = [workload.id for workload in WORKLOADS if workload.id not in fitting]
            where = "any workload" if not others else ", ".join(fitting)
            if len(others) == 1:
                where = f"any workload but {others[0]}"
            say(f"{preset.id}  ({where})\n{indented(preset.help)}")
        return DONE


def _fitting(preset: Preset) -> list[str]:
    return [workload.id for workload in WORKLOADS if preset.fits(workload.id, workload.chain)]
