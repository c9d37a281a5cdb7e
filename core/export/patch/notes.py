"""Says where the code uses a changed call for more than the pipeline that was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from core.export.patch.names import dotted
from core.export.patch.places import Place
from core.export.patch.sites import at
from core.export.patch.source import Source
from core.export.patch.wanted import Wanted


def also_called_at(
    sources: Iterable[Source], places: Iterable[Place], asked: Sequence[Wanted]
) -> list[str]:
    """Sentences on other calls of the functions in which something changes.

    A helper that makes the validation data too changes those as well.
    """
    sources = tuple(sources)
    known = {
        (source, node)
        for one in asked
        for site in one.call.path
        for source in sources
        if str(source.file) == site.file and (node := at(source, site)) is not None
    }
    found: list[str] = []
    for place in places:
        function = _function(place)
        if function is None:
            continue
        name = function.name.value
        method = isinstance(place.source.around(function, cst.ClassDef), cst.ClassDef)
        for source in sources:
            lines = [
                source.line(source.end(node))
                for node in source.calls.values()
                if (source, node) not in known
                and _calls(node, name, by_attribute=method or source is not place.source)
            ]
            if lines:
                where = ", ".join(str(line) for line in sorted(set(lines)))
                found.append(
                    f"{name}() is called in line {where} of {source.file.name} too: what it makes "
                    "there changes as well."
                )
    return found


def _function(place: Place) -> cst.FunctionDef | None:
    """The helper that a place is in; None for the function that was opened itself."""
    function = place.source.around(place.node, cst.FunctionDef)
    first = place.wanted.call.path[0]
    if not isinstance(function, cst.FunctionDef) or place.returned:
        return None
    if str(place.source.file) == first.file:
        outermost = at(place.source, first)
        if outermost is not None and place.source.around(outermost, cst.FunctionDef) is function:
            return None
    return function


def _calls(node: cst.Call, name: str, *, by_attribute: bool) -> bool:
    if isinstance(node.func, cst.Name):
        return node.func.value == name
    return by_attribute and (dotted(node.func) or "").endswith(f".{name}")
