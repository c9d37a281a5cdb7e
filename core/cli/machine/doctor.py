"""``doctor``: what this machine has of what the application needs, and what else to do."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from core.cli.command import DONE, FAILED, Command
from core.cli.data_dir import folders
from core.cli.machine.check_files import check_files
from core.cli.machine.checks.catalogue import checks
from core.cli.machine.checks.check import Check, CheckState
from core.cli.machine.checks.gpu import Driver, ask_driver
from core.cli.machine.checks.tensorflow import TensorFlowReport, ask_tensorflow
from core.cli.terminal.streams import say
from core.export.files import check_target, write_text
from core.export.run_json import to_json

DOCTOR_SCHEMA = "pipeline-explorer/doctor/1"


@dataclasses.dataclass(frozen=True)
class Doctor(Command):
    """Says what is installed, what is seen and what would not work.

    Attributes:
        tensorflow: Asks TensorFlow.
        driver: Asks NVIDIA's driver.
    """

    name: ClassVar[str] = "doctor"
    help: ClassVar[str] = (
        "Say what is installed and seen on this machine, what is amiss and what to do. Ends with "
        "exit code 1 where something is BAD: it keeps the window or runs from working."
    )

    tensorflow: Callable[[], TensorFlowReport] = ask_tensorflow
    driver: Callable[[], Driver] = ask_driver

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument("--json", metavar="FILE", help="write one JSON document (-: stdout)")
        parser.add_argument(
            "--check-files",
            metavar="FILE",
            nargs="+",
            help="read these files of data (files, folders or patterns; TFRecord, .npz, .npy, "
            "images, .csv) to their end instead, and say which are damaged and where; exit code 1 "
            "if one is",
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        if arguments.json not in (None, "-"):
            check_target(Path(arguments.json))
        if arguments.check_files is not None:
            return check_files(arguments.check_files, arguments.json)
        results = tuple(checks(folders(arguments), self.tensorflow, self.driver))
        if arguments.json == "-":
            say(to_json(document(results)))
        elif arguments.json is not None:
            write_text(Path(arguments.json), to_json(document(results)))
        else:
            say(text(results))
        return FAILED if _of(results, CheckState.BAD) else DONE


def text(results: Sequence[Check]) -> str:
    """A line for each, what to do beneath it, and at the end what all of it comes to."""
    width = max(len(check.label) for check in results)
    lines = []
    for check in results:
        lines.append(f"{check.state:<4}  {check.label:<{width}}  {check.found}")
        if check.remedy:
            lines.append(f"{'':<{width + 8}}-> {check.remedy}")
    amiss = _of(results, CheckState.BAD)
    labels = ", ".join(check.label for check in amiss)
    verdict = f"{len(amiss)} of {len(results)} BAD: {labels}." if amiss else "Nothing is amiss."
    return "\n".join([*lines, "", verdict])


def document(results: Sequence[Check]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "schema": DOCTOR_SCHEMA,
        "good": not _of(results, CheckState.BAD),
        "checks": [
            {**dataclasses.asdict(check), "state": check.state.value.lower()} for check in results
        ],
    }


def _of(results: Sequence[Check], state: CheckState) -> list[Check]:
    return [check for check in results if check.state is state]
