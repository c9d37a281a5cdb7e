"""``repair``: check all recordings, and make the summary anew from the logs."""

from __future__ import annotations

import argparse
from typing import ClassVar

from core.cli.command import DONE, FAILED, Command
from core.cli.data_dir import folders
from core.cli.running.execute import check_output, deliver
from core.model.errors import InputError
from core.store.repair import repair


class Repair(Command):
    """Checks every log and the summary to the last byte and mends what can be mended."""

    name: ClassVar[str] = "repair"
    help: ClassVar[str] = (
        "Check every recording and mend what can be mended; deletes nothing. Exit code 1: "
        "something could not be mended."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """See the base class."""
        parser.add_argument(
            "--dry-run", action="store_true", help="say what is amiss and change nothing"
        )
        parser.add_argument("--json", metavar="FILE", help="write one JSON document (-: stdout)")

    def run(self, arguments: argparse.Namespace) -> int:
        """See the base class."""
        where = folders(arguments)
        if not where.runs.is_dir():
            raise InputError(f"There is no folder {where.runs}", expected="a folder of recordings")
        check_output(arguments)
        report = repair(where.runs, where.summary, where.logs, dry=arguments.dry_run)
        deliver(arguments, report.document, lambda: "\n".join(report.words()))
        return DONE if report.well else FAILED
