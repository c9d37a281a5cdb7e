"""A comparison or a sweep as one HTML file that opens anywhere and asks the network for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.analysis.comparisons.comparison import Comparison
from core.analysis.comparisons.ways_table import TITLE
from core.analysis.sweeps.sweep import SweepResult
from core.export.report import comparison_part, sweep_part
from core.export.report.configurations import code, configurations
from core.export.report.markup import Child, Markup, element, typed
from core.export.report.material import Material, material_of
from core.export.report.page import folded, page, section
from core.export.report.runs import environments, runs_table
from core.metrics.accounting import WARM_UP_RULE
from core.metrics.catalogue import METRICS
from core.model.environment import interpreter_name
from core.model.experiment import Experiment
from core.model.plan import PROCESS, WINDOW
from core.model.run import Run
from core.model.version import VERSION
from core.statistics import ERROR_RATE, SAME_WITHIN
from core.text.workload_name import workload_name
from core.user_code.known_workloads import Workloads

_WHERE = {PROCESS: "each in a process of its own", WINDOW: "all in the program itself"}
_PARTS = (
    ("ways", TITLE),
    ("notes", "What to know beside the figures"),
    ("configurations", "Configurations"),
    ("plots", "Plots"),
    ("figures", "Figures"),
    ("runs", "Runs"),
    ("environment", "Environment"),
    ("code", "Code"),
)


def report_html(
    experiment: Experiment,
    runs: Sequence[Run],
    *,
    data_folder: Path,
    workloads: Workloads,
    made: datetime | None = None,
) -> str:
    """The whole report as text, to be written as UTF-8.

    Args:
        experiment: The comparison or sweep, ended or not.
        runs: Runs in order of time; those of other experiments are passed over.
        data_folder: Folder that holds generated data; the code of the configurations names it.
        workloads: What the code of the configurations can be written from.
        made: When the report is made; None for now.
    """
    material = material_of(experiment, runs, data_folder, made or datetime.now(UTC), workloads)
    title = experiment.title[:1].upper() + experiment.title[1:]
    parts = {name: section(name, heading, _part(name, material)) for name, heading in _PARTS}
    return page(
        f"{title} · Pipeline Explorer",
        element(
            "header",
            element("h1", typed(title)),
            element("p", _lead(material)),
            element("p", _progress(material), class_="small muted"),
            _verdict(material),
        ),
        element(
            "nav",
            [
                (element("a", heading, href=f"#{name}"), " ")
                for name, heading in _PARTS
                if parts[name] is not None
            ],
            aria_label="Parts of this report",
        ),
        element("main", list(parts.values())),
        _footer(material),
    )


def _lead(material: Material) -> str:
    workload = workload_name(material.experiment.workload)
    if isinstance(material.result, Comparison):
        return comparison_part.lead(material.result, workload)
    return sweep_part.lead(material, material.result, workload)


def _progress(material: Material) -> str:
    """How far it came, and of when it and this page are."""
    device = dict.fromkeys(
        str(configuration.get("fit.device", "?"))
        for configuration in material.experiment.configurations
    )
    python = material.experiment.interpreter
    return (
        f"{material.done} of {material.planned} runs done, on {', '.join(device)}, "
        f"{_WHERE.get(material.experiment.engine, material.experiment.engine)}"
        f"{f' ({interpreter_name(python)})' if python else ''}. "
        f"Begun {_when(material.experiment.created)}, report made "
        f"{_when(material.made.astimezone(UTC).isoformat())} by Pipeline Explorer {VERSION}. "
        f"Id {material.experiment.id}."
    )


def _when(iso: str) -> str:
    """``2026-01-02 03:04 UTC``; times are kept in UTC."""
    return f"{iso[:16].replace('T', ' ')} UTC"


def _verdict(material: Material) -> Markup:
    if isinstance(material.result, Comparison):
        return comparison_part.verdict(material.result)
    if isinstance(material.result, SweepResult):
        return sweep_part.verdict(material.result)
    return element(
        "div",
        element("p", "Nothing can be worked out of it with this version.", class_="said"),
        element("p", material.why_unknown, class_="source"),
        class_="verdict",
    )


def _part(name: str, material: Material) -> Child:
    """The body of a part; None where there is nothing in it."""
    if name == "configurations":
        return configurations(material)
    if name == "runs":
        return runs_table(material)
    if name == "environment":
        return environments(material)
    if name == "code":
        return code(material)
    result = material.result
    if isinstance(result, Comparison):
        if name == "ways":
            return comparison_part.ways_table(material, result)
        if name == "notes":
            return _notes(result.notes)
        plots = name == "plots"
        return comparison_part.plots(result) if plots else comparison_part.metrics_table(result)
    if isinstance(result, SweepResult) and name != "ways":
        if name == "notes":
            return _notes(sweep_part.notes(material, result))
        return (
            sweep_part.plots(material, result)
            if name == "plots"
            else sweep_part.points_table(material, result)
        )
    return None


def _notes(notes: Sequence[str]) -> Markup | None:
    return element("ul", [element("li", note) for note in notes], class_="notes") if notes else None


def _footer(material: Material) -> Markup:
    terms = [
        (
            f"{metric.label}{f' ({metric.unit})' if metric.unit else ''}",
            f"{metric.help} Source: {metric.source}.",
        )
        for metric in METRICS
    ]
    terms += [
        ("warm-up", WARM_UP_RULE),
        (
            "ratio and verdict",
            "Repeats that ran side by side make a pair. The ratio is the geometric mean of the "
            "pairs' ratios, its interval Student's t over their logarithms. Faster and slower: "
            "the interval leaves 1 out and the ratio is more than "
            f"{100 * SAME_WITHIN:.0f} % away from it. No measurable difference: all of the "
            f"interval lies within {100 * SAME_WITHIN:.0f} % of 1. Else: not enough data. "
            "A difference is claimed where there is none at most "
            f"{100 * ERROR_RATE:.0f} times in 100.",
        ),
    ]
    return element(
        "footer",
        folded(
            "How these figures are defined",
            element("dl", [(element("dt", term), element("dd", words)) for term, words in terms]),
        ),
        element("p", f"Pipeline Explorer {VERSION}. This file is complete in itself."),
    )
