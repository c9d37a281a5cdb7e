"""``show``: a pipeline as a chain of stages, each with its line."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

from core.cli.command import DONE, Command
from core.cli.running.settings import add_settings, chosen
from core.cli.running.user_code import about, add_details
from core.cli.terminal.streams import say
from core.cli.terminal.table import indented, table
from core.export.run_json import to_json
from core.model.recorded_call import RecordedCall, Site
from core.model.settings import Settings
from core.model.stage import Stage
from core.pipeline.recorded_chain.stage import Recorded
from core.user_code.workload import UserWorkload
from core.workloads.workload import Workload


class Show(Command):
    """Lists the stages of a pipeline in the order of the data."""

    name: ClassVar[str] = "show"
    help: ClassVar[str] = "Show a pipeline as a chain of stages: what, where and with what values."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        add_settings(parser)
        parser.add_argument("--json", action="store_true", help="as one JSON document")
        add_details(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        workload, settings = chosen(arguments)
        if arguments.json:
            say(to_json(_document(workload, settings)))
            return DONE
        say(chain_text(workload, settings))
        for text in about(workload, settings):
            say(indented(text))
        return DONE


def chain_text(workload: Workload, settings: Settings) -> str:
    """A pipeline as a table of its stages."""
    rows: list[tuple[str, ...]] = [("stage", "call", "where", "values", "times", "inside")]
    rows += [_row(stage, settings) for stage in workload.chain.stages]
    return f"{workload.title}\n{table(rows)}"


def _row(stage: Stage, settings: Settings) -> tuple[str, ...]:
    values = ", ".join(
        f"{knob.name}={settings.format(stage.id(knob.name))}"
        for knob in stage.knobs
        if not knob.advanced
    )
    if not isinstance(stage, Recorded):
        return stage.key, stage.title, "", values, "", ""
    call = stage.call
    times = str(call.count) if call.count > 1 else ""
    return stage.key, stage.title, _place(call.site), values or _given(call), times, call.inside


def _place(site: Site) -> str:
    return f"{Path(site.file).name}:{site.line}" if site.file else "made before"


def _given(call: RecordedCall) -> str:
    """Arguments of a call without a knob, as it was given them."""
    return ", ".join(
        f"{name}={call.arguments[name]!r}" for name in call.given if name in call.arguments
    )


def _document(workload: Workload, settings: Settings) -> dict[str, Any]:
    code = workload.code
    return {
        "schema": "pipeline-explorer/chain/1",
        "workload": workload.id,
        "about": about(workload, settings),
        "files": [{"file": code.file, "sha256": code.opened.stamp}] if code else [],
        "validation": isinstance(workload, UserWorkload) and workload.validation,
        "stages": [_stage(stage, settings) for stage in workload.chain.stages],
    }


def _stage(stage: Stage, settings: Settings) -> dict[str, Any]:
    document: dict[str, Any] = {
        "key": stage.key,
        "title": stage.title,
        "values": {knob.name: settings[stage.id(knob.name)] for knob in stage.knobs},
        "call": None,
    }
    if isinstance(stage, Recorded):
        call = stage.call
        document["call"] = {
            "method": call.method,
            "site": asdict(call.site),
            "arguments": dict(call.arguments),
            "count": call.count,
            "inside": call.inside or None,
            "inputs": list(call.inputs),
        }
    return document
