"""Checks all recordings of a folder to the last byte and mends what can be mended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.store.archive import Archive
from core.store.problem import Problem
from core.store.read_log import steps_kept
from core.text.plural import plural


@dataclass(frozen=True)
class RepairReport:
    """What came of it.

    Attributes:
        folder: Where the recordings are.
        dry: Nothing was changed: ``findings`` say what could be done.
        runs: Runs that are there, deleted ones included.
        experiments: Comparisons and sweeps that are there, deleted ones included.
        under_way: Runs that are being recorded now and were left alone.
        interrupted: Names of runs whose program ended, and how many steps of each were kept.
        findings: What was amiss.
    """

    folder: Path
    dry: bool
    runs: int
    experiments: int
    under_way: int
    interrupted: tuple[str, ...]
    findings: tuple[Problem, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is amiss any more that could be mended."""
        return all(problem.mended for problem in self.findings)

    def words(self) -> tuple[str, ...]:
        """What was found and done, a line each; what is there first."""
        under_way = f", {plural(self.under_way, 'run')} under way" if self.under_way else ""
        many = plural(self.experiments, "experiment")
        there = f"{plural(self.runs, 'run')} and {many} in {self.folder}{under_way}."
        return (there, *(problem.text(dry=self.dry) for problem in self.findings), self._verdict())

    def document(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "schema": "pipeline-explorer/repair/1",
            "folder": str(self.folder),
            "dry_run": self.dry,
            "well": self.well,
            "runs": self.runs,
            "experiments": self.experiments,
            "under_way": self.under_way,
            "interrupted": list(self.interrupted),
            "findings": [asdict(problem) for problem in self.findings],
        }

    def _verdict(self) -> str:
        if not self.findings:
            return "All is well: every checksum is right and the summary agrees with the logs."
        left = sum(not problem.mended for problem in self.findings)
        if left:
            return f"{left} of {len(self.findings)} could not be mended."
        if self.dry:
            return "Nothing was changed; without --dry-run this is done."
        return "All is mended. Nothing was deleted."


def repair(folder: Path, summary: Path, logs: Path, *, dry: bool = False) -> RepairReport:
    """Check every log, mend what can be mended and make the summary anew; no run is deleted.

    Other programs may go on recording into the folder meanwhile.

    Args:
        folder: That of the recordings, for the words.
        summary: The file of the summary.
        logs: The folder of the logs.
        dry: Change nothing.
    """
    archive = Archive(summary, logs, act=not dry)
    try:
        runs, experiments = archive.load(deep=True), archive.experiments.load(act=not dry)
        return RepairReport(
            folder,
            dry,
            len(runs),
            len(experiments),
            archive.under_way,
            tuple(f"{run.name}: {steps_kept(run)}" for run in archive.interrupted),
            (*archive.findings, *archive.experiments.findings),
        )
    finally:
        archive.close()
