"""What is known to be wrong or costly about a pipeline, each with its line and what it costs."""

from core.analysis.findings.catalogue import RULES, findings
from core.analysis.findings.finding import Finding, Severity

__all__ = ["RULES", "Finding", "Severity", "findings"]
