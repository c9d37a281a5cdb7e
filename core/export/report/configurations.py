"""The configurations: what differs between them first, the rest folded away, and their code."""

from __future__ import annotations

from core.analysis.comparisons.configurations import differing_keys
from core.export.python_code import python_code
from core.export.report.markup import Child, Markup, element, typed
from core.export.report.material import Material
from core.export.report.page import folded
from core.export.report.tables import Row, TableCell, table
from core.model.errors import ExplorerError
from core.model.settings import Settings
from core.user_code.workload import UserWorkload

_MOST_COLUMNS = 8
_MOST_OPEN = 8


def configurations(material: Material) -> Markup:
    """What differs as a table, and what is alike in all of them."""
    texts = [
        _texts(values, settings)
        for values, settings in zip(_raw(material), material.settings, strict=True)
    ]
    keys = list(dict.fromkeys(key for text in texts for key in text))
    known = [settings for settings in material.settings if settings is not None]
    if len(known) == len(texts):
        differing = list(differing_keys(known))
    else:
        differing = [key for key in keys if len({text.get(key) for text in texts}) > 1]
    alike = [key for key in keys if key not in differing]
    return element(
        "div",
        element("p", material.why_unknown, class_="failed") if material.why_unknown else None,
        _differing(material, differing, texts),
        folded(
            f"Settings alike in all ({len(alike)})",
            table(
                "Settings that are alike in all configurations",
                ("setting", "value"),
                [(_knob(key, material), typed(texts[0][key])) for key in alike if key in texts[0]],
            ),
        ),
    )


def _differing(material: Material, keys: list[str], texts: list[dict[str, str]]) -> Child:
    if not keys:
        return element("p", "All configurations have the same settings.")
    label = "Settings that differ between the configurations"
    if len(texts) <= _MOST_COLUMNS:
        rows: list[Row] = [
            (
                TableCell(_knob(key, material), head=True),
                *(typed(text.get(key, "not in this pipeline")) for text in texts),
            )
            for key in keys
        ]
        return table(label, ("setting", *material.names), rows)
    rows = [
        (
            TableCell(name, head=True),
            *(typed(values.get(key, "not in this pipeline")) for key in keys),
        )
        for name, values in zip(material.names, texts, strict=True)
    ]
    return folded(
        f"All {len(texts)} configurations",
        table(label, ("configuration", *(_knob(key, material) for key in keys)), rows),
    )


def _raw(material: Material) -> list[dict[str, str]]:
    return [
        {key: str(value) for key, value in configuration.values_by_key.items()}
        for configuration in material.experiment.configurations
    ]


def _texts(raw: dict[str, str], settings: Settings | None) -> dict[str, str]:
    return raw if settings is None else {key: settings.format(key) for key in settings}


def _knob(key: str, material: Material) -> Markup:
    every = (settings.chain.knobs.get(key) for settings in material.settings if settings)
    knob = next(filter(None, every), None)
    label = None if knob is None else element("span", f" {knob.label}", class_="muted")
    return element("span", element("code", key), label)


def code(material: Material) -> Markup:
    """The script that each configuration amounts to, folded."""
    each = [_code(material, which) for which in range(len(material.names))]
    return each_folded(each, len(material.names))


def each_folded(each: list[Markup], count: int) -> Markup:
    """Each by itself; where they are many, all of them behind one line."""
    if count <= _MOST_OPEN:
        return element("div", each)
    return folded(f"The scripts of all {count} configurations", each)


def _code(material: Material, which: int) -> Markup:
    name, settings = material.names[which], material.settings[which]
    workload = None if settings is None else material.workload_of(which)
    if workload is None or settings is None:
        return element("p", f"{name}: no code. {material.why_unknown}", class_="muted")
    try:
        script = python_code(workload, settings, material.data_folder)
    except (ExplorerError, OSError) as error:
        return element("p", f"{name}: no code. {error}", class_="muted")
    what = "a change to the code" if isinstance(workload, UserWorkload) else "a Python script"
    return folded(f"{name} as {what}", element("pre", element("code", script)))
