"""``knobs``: everything that can be set."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import ClassVar

from core.cli.command import DONE, Command
from core.cli.running.user_code import add_details, named
from core.cli.terminal.streams import say
from core.cli.terminal.table import indented
from core.export.run_json import to_json
from core.model.knob import Knob
from core.workloads.catalogue import WORKLOADS
from core.workloads.workload import Workload


class Knobs(Command):
    """Lists the knobs of one workload or of all."""

    name: ClassVar[str] = "knobs"
    help: ClassVar[str] = "List the knobs, what they take and their defaults."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument(
            "workload",
            nargs="?",
            metavar="WORKLOAD",
            help="of this one only, or of your own: FILE.py:FUNCTION",
        )
        add_details(parser)
        parser.add_argument("--json", action="store_true", help="as one JSON document")

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        within = WORKLOADS if arguments.workload is None else (named(arguments),)
        declared = _declared(within)
        if arguments.json:
            knobs = [_document(key, knob, ids) for (key, knob), ids in declared]
            say(to_json({"schema": "pipeline-explorer/knobs/1", "knobs": knobs}))
            return DONE
        for (key, knob), ids in declared:
            unit = f" ({knob.unit})" if knob.unit else ""
            where = "" if len(ids) == len(within) else f"  [only {', '.join(ids)}]"
            default = knob.kind.format(knob.default) or "none"
            say(f"{key}  default {default}{where}")
            say(indented(f"Takes {knob.kind.describe()}{unit}."))
            say(indented(f"{knob.help} {knob.cannot_help}"))
        return DONE


def _declared(within: Sequence[Workload]) -> list[tuple[tuple[str, Knob], list[str]]]:
    """Each different declaration once, with the ids of the workloads that have it."""
    entries: list[tuple[tuple[str, Knob], list[str]]] = []
    for workload in within:
        for declared in workload.chain.knobs.items():
            known = next((ids for other, ids in entries if other == declared), None)
            if known is None:
                entries.append((declared, [workload.id]))
            else:
                known.append(workload.id)
    order = list(dict.fromkeys(key for (key, _), _ in entries))
    return sorted(entries, key=lambda entry: order.index(entry[0][0]))


def _document(key: str, knob: Knob, ids: list[str]) -> dict[str, object]:
    return {
        "key": key,
        "label": knob.label,
        "help": knob.help,
        "cannot_help": knob.cannot_help,
        "takes": knob.kind.describe(),
        "unit": knob.unit,
        "default": knob.default,
        "advanced": knob.advanced,
        "suggestions": list(knob.kind.suggestions()),
        "workloads": ids,
    }
