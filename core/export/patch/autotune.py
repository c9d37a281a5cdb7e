"""How a file writes ``tf.data.AUTOTUNE``."""

from __future__ import annotations

import re
from collections import Counter

import libcst as cst

from core.export.patch.names import constants, dotted, full_name
from core.export.patch.source import SourceFile

_AUTOTUNE = re.compile(r"tensorflow(\.compat\.v[12])?\.data(\.experimental)?\.AUTOTUNE")
_MODULE = re.compile(r"tensorflow(\.compat\.v[12])?(\.data)?")

BY_VALUE = b"-1"
"""What it is where nothing in the file leads to TensorFlow."""


def written_autotune(source: SourceFile, node: cst.CSTNode) -> bytes:
    """AUTOTUNE as Python that means it at a node: as the file has it already, if it has.

    A constant or an imported name before an attribute, that which is used most before others.
    """
    named = [name for name, value in constants(source, node) if is_autotune(source, value, name)]
    if named:
        return named[-1].encode()
    used = Counter(
        text
        for attribute in source.nodes
        if isinstance(attribute, cst.Attribute)
        and (text := dotted(attribute)) is not None
        and text.endswith("AUTOTUNE")
        and _AUTOTUNE.fullmatch(full_name(source, node, text))
    )
    modules = []
    for name in _imported(source):
        full = full_name(source, node, name)
        if _AUTOTUNE.fullmatch(full):
            return name.encode()
        if _MODULE.fullmatch(full):
            modules.append(name if full.endswith(".data") else f"{name}.data")
    if used:
        return used.most_common(1)[0][0].encode()
    return f"{modules[0]}.AUTOTUNE".encode() if modules else BY_VALUE


def means_autotune(source: SourceFile, value: cst.BaseExpression) -> bool:
    """Whether an expression is AUTOTUNE, or a constant that is."""
    return is_autotune(source, value) or (
        isinstance(value, cst.Name)
        and any(
            name == value.value and is_autotune(source, given, name)
            for name, given in constants(source, value)
        )
    )


def is_autotune(source: SourceFile, value: cst.BaseExpression, name: str = "") -> bool:
    """Whether an expression is AUTOTUNE: by its name, or as -1 under a name that says so."""
    text = dotted(value)
    if text is not None:
        return _AUTOTUNE.fullmatch(full_name(source, value, text)) is not None
    return "AUTO" in name.upper() and source.code(value) == BY_VALUE


def _imported(source: SourceFile) -> list[str]:
    """Names that the imports of a file give, in its order."""
    names: list[str] = []
    for node in source.nodes:
        if isinstance(node, (cst.Import, cst.ImportFrom)) and not isinstance(
            node.names, cst.ImportStar
        ):
            for alias in node.names:
                name = alias.asname.name if alias.asname else alias.name
                # ``import tensorflow.data`` gives the name tensorflow.
                names.append((dotted(name) or "").partition(".")[0])
    return list(dict.fromkeys(filter(None, names)))
