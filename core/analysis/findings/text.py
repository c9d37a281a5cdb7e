"""Findings as text for the command line."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from core.analysis.findings.finding import Finding, Severity
from core.text.plural import plural

NOTHING_FOUND = "Nothing is known to be wrong or costly about this pipeline."


def to_text(findings: Sequence[Finding], width: int = 100) -> str:
    """Each finding with its line, why it matters and what to do; without a last line break.

    Args:
        findings: In the order in which they are listed.
        width: Characters in a line.
    """
    if not findings:
        return NOTHING_FOUND
    return "\n\n".join((_summary(findings), *(_one(finding, width) for finding in findings)))


def _summary(findings: Sequence[Finding]) -> str:
    counts = [(grave, sum(finding.severity is grave for finding in findings)) for grave in Severity]
    return ", ".join(plural(count, grave, grave.several) for grave, count in counts if count) + "."


def _one(finding: Finding, width: int) -> str:
    lines = [f"{finding.where}: {finding.severity}: {finding.title} [{finding.key}]"]
    parts = (
        finding.why,
        finding.remedy,
        f"Setting: {finding.change_text}" if finding.change else "",
        *(f"Measured: {text}" for text in _measured(finding)),
    )
    for text in filter(None, parts):
        lines += textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ")
    # An address that is broken over lines cannot be opened.
    lines.append(f"  {finding.url}")
    return "\n".join(lines)


def _measured(finding: Finding) -> tuple[str, ...]:
    return finding.measured.sentences() if finding.measured is not None else ()
