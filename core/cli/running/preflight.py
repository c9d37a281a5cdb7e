"""What is to be said before a run begins: what will not fit into memory."""

from __future__ import annotations

from pathlib import Path

from core.analysis.findings import Finding, findings
from core.analysis.findings.memory import BEYOND_MEMORY
from core.cli.terminal.streams import complain
from core.machine_memory import available_bytes
from core.model.settings import Settings
from core.workloads.workload import Workload


def warn(workload: Workload, settings: Settings, data_folder: Path) -> None:
    """Say on stderr what of a pipeline is larger than memory; nothing where nobody knows."""
    for finding in beyond_memory(workload, settings, data_folder):
        complain(f"Warning: {finding.where}: {finding.title}. {finding.why} {finding.remedy}")


def beyond_memory(workload: Workload, settings: Settings, data_folder: Path) -> tuple[Finding, ...]:
    """Findings about memory, with what the workload knows of its data."""
    each = workload.example_bytes(settings)
    examples = None
    if each is not None:
        # Counting may look through a folder, and only sizes make a use of it.
        data = workload.source_data(data_folder, settings, data_folder)
        examples = workload.count(settings, data)
    known_findings = findings(
        settings, examples=examples, example_bytes=each, memory_bytes=available_bytes()
    )
    return tuple(finding for finding in known_findings if finding.key == BEYOND_MEMORY)
