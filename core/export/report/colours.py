"""Colours of the report, light and dark: those of the window, as CSS variables.

Charts name colours by class only, so the same drawing does for both and for paper.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "window": "#f4f4f2",
    "base": "#ffffff",
    "text": "#1c1c1e",
    "muted": "#5b5b60",
    "border": "#cfcfcb",
    "grid": "#8a8a8a",
    "accent": "#0b5cad",
    "error": "#a3261b",
}
DARK: Mapping[str, str] = {
    "window": "#1f2023",
    "base": "#17181a",
    "text": "#ececee",
    "muted": "#a9a9b0",
    "border": "#3b3c40",
    "grid": "#8a8a8a",
    "accent": "#6cb2f5",
    "error": "#ff8a7a",
}

CAUSES: Mapping[str, tuple[str, str, str]] = {
    "light": ("#b8405e", "#8d7bb8", "#b9b3a6"),
    "dark": ("#e0718c", "#a695d6", "#77736a"),
}
"""Input wait, host, epoch turnaround."""

SERIES: Mapping[str, tuple[str, ...]] = {
    "light": (
        "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#b3a600",
    ),
    "dark": (
        "#3d9fdc", "#ef7b2d", "#1fbf92", "#dc93bb", "#f0b33a", "#84cdf5", "#ffffff", "#f0e442",
    ),
}  # fmt: skip
"""Okabe-Ito; a shape or a name stands beside each, always."""

HEAT: Mapping[str, tuple[tuple[str, str], ...]] = {
    "light": (
        ("#eef4f9", "#1c1c1e"),
        ("#c9dfee", "#1c1c1e"),
        ("#96c2e0", "#1c1c1e"),
        ("#2f75ab", "#ffffff"),
        ("#0a4a80", "#ffffff"),
    ),
    "dark": (
        ("#1b2733", "#ececee"),
        ("#203e57", "#ececee"),
        ("#265a84", "#ececee"),
        ("#5fb0e6", "#101114"),
        ("#b4dcf8", "#101114"),
    ),
}
"""From low to high: the cell and the figure upon it."""


def variables(scheme: str) -> str:
    """All of a scheme as declarations of CSS variables."""
    named = dict(LIGHT if scheme == "light" else DARK)
    named |= {f"cause-{index}": colour for index, colour in enumerate(CAUSES[scheme])}
    named |= {f"series-{index}": colour for index, colour in enumerate(SERIES[scheme])}
    for index, (cell, figure) in enumerate(HEAT[scheme]):
        named |= {f"heat-{index}": cell, f"on-heat-{index}": figure}
    return " ".join(f"--{name}: {colour};" for name, colour in named.items())
