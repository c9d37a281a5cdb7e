"""Findings about a pipeline as a JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from core.analysis.findings import Finding
from core.analysis.findings.effect import Effect, MeasuredEffect
from core.model.quantity import Quantity
from core.model.recorded_call import Site

FINDINGS_SCHEMA = "pipeline-explorer/findings/1"


def findings_document(findings: Sequence[Finding], advice: str = "") -> dict[str, Any]:
    """Each finding as plain values, in the order given.

    Args:
        findings: The findings.
        advice: What to try first, in words; empty where no run says.
    """
    return {
        "schema": FINDINGS_SCHEMA,
        "findings": [_finding(finding) for finding in findings],
        "try_first": advice or None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "key": finding.key,
        "severity": finding.severity.value,
        "title": finding.title,
        "why": finding.why,
        "remedy": finding.remedy,
        "stage": finding.stage,
        "site": _site(finding.site),
        "change": dict(finding.change),
        "url": finding.url,
        "about_time": finding.about_time,
        "measured": _measured(finding.measured),
    }


def _site(site: Site | None) -> dict[str, Any] | None:
    if site is None:
        return None
    return {"file": site.file, "line": site.line, "function": site.function}


def _measured(measured: MeasuredEffect | None) -> dict[str, Any] | None:
    if measured is None:
        return None
    return {
        "run": measured.run or None,
        "input_wait": _quantity(measured.input_wait),
        "stages": measured.stage or None,
        "time_per_element": _quantity(measured.time_per_element),
        "effect": _effect(measured.effect),
        "doubt": measured.doubt or None,
        "text": list(measured.sentences()),
    }


def _quantity(quantity: Quantity | None) -> dict[str, Any] | None:
    if quantity is None:
        return None
    return {"value": quantity.value, "unit": quantity.unit, "source": quantity.provenance()}


def _effect(effect: Effect | None) -> dict[str, Any] | None:
    if effect is None:
        return None
    return {
        "comparison": effect.comparison,
        "throughput_ratio": asdict(effect.ratio),
        "verdict": effect.verdict,
        "emulated": list(effect.emulated),
    }
