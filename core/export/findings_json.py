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


def findings_document(found: Sequence[Finding], advice: str = "") -> dict[str, Any]:
    """Each finding as plain values, in the order given.

    Args:
        found: The findings.
        advice: What to try first, in words; empty where no run says.
    """
    return {
        "schema": FINDINGS_SCHEMA,
        "findings": [_finding(finding) for finding in found],
        "try_first": advice or None,
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "key": found.key,
        "severity": found.severity.value,
        "title": found.title,
        "why": found.why,
        "remedy": found.remedy,
        "stage": found.stage,
        "site": _site(found.site),
        "change": dict(found.change),
        "url": found.url,
        "about_time": found.about_time,
        "measured": _measured(found.measured),
    }


def _site(site: Site | None) -> dict[str, Any] | None:
    if site is None:
        return None
    return {"file": site.file, "line": site.line, "function": site.function}


def _measured(found: MeasuredEffect | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "run": found.run or None,
        "input_wait": _quantity(found.input_wait),
        "stages": found.stage or None,
        "time_per_element": _quantity(found.time_per_element),
        "effect": _effect(found.effect),
        "doubt": found.doubt or None,
        "text": list(found.sentences()),
    }


def _quantity(found: Quantity | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"value": found.value, "unit": found.unit, "source": found.provenance()}


def _effect(found: Effect | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "comparison": found.comparison,
        "throughput_ratio": asdict(found.ratio),
        "verdict": found.verdict,
        "emulated": list(found.emulated),
    }
