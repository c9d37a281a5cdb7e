"""The page around a report: one file that asks the network for nothing and runs no script."""

from __future__ import annotations

from core.export.report.colours import HEAT, SERIES, variables
from core.export.report.markup import Child, Markup, element, joined
from resources.files import read_text

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""A second lock behind the escaping: whatever stood in the page, no browser would load it."""


def page(title: str, *body: Child) -> str:
    """A whole document.

    Args:
        title: As the browser's tab shows it.
        body: What is in it.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content="Pipeline Explorer"),
        element("title", title),
        # Not a word of it is the person's: nothing here may be escaped.
        element("style", Markup(style())),
    )
    return f"<!doctype html>\n{element('html', head, element('body', *body), lang='en')}\n"


def style() -> str:
    """The style sheet: light, dark where that is asked for, and light on paper."""
    series = "\n".join(
        f"svg .s{number} {{ fill: var(--series-{number}); stroke: var(--series-{number}); }} "
        f"svg .l{number} {{ stroke: var(--series-{number}); }}"
        for number in range(len(SERIES["light"]))
    )
    heat = "\n".join(
        f"svg .h{number} {{ fill: var(--heat-{number}); }} "
        f"svg .oh{number} {{ fill: var(--on-heat-{number}); }}"
        for number in range(len(HEAT["light"]))
    )
    return (
        f":root {{ {variables('light')} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {variables('dark')} }} }}\n"
        f"{series}\n{heat}\n{read_text('report.css')}"
    )


def section(name: str, title: str, *body: Child) -> Markup | None:
    """A part of the page with its headline; None where there is nothing in it."""
    inside = joined(*body)
    return element("section", element("h2", title), inside, id=name) if inside else None


def charts(*drawn: Markup | None) -> Markup | None:
    """Charts beside each other where there is room."""
    parts = [part for part in drawn if part is not None]
    return element("div", parts, class_="charts") if parts else None


def folded(summary: str, *body: Child, open_: bool = False) -> Markup:
    """What only some want to see."""
    return element("details", element("summary", summary), *body, open=open_)
