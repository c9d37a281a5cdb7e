"""Recorded calls from a text alone: what an observer would have seen, without TensorFlow.

Python's own syntax tree gives each call's end, as its bytecode does.
"""

from __future__ import annotations

import ast
import textwrap
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.export.patch import Patch, patch
from core.model.chain import Chain
from core.model.recorded_call import RecordedCall, Site
from core.model.settings import Settings
from core.model.stage import Stage
from core.pipeline.methods import method_of
from core.pipeline.recorded_chain.chain import (
    ADDED,
    AddedCache,
    AddedPrefetch,
    Recorded,
    UserOptions,
)
from core.pipeline.recorded_chain.kinds import KINDS
from core.pipeline.stages.fit import Fit
from core.pipeline.stages.process import Process

NAMES: Mapping[str, Any] = {
    "BATCH": 32,
    "BUFFER": 4,
    "CALLS": 2,
    "A": "autotune",
    "AUTO": "autotune",
}
"""What variables in the texts have as their values."""
_NOT_CACHED = ("shuffle", "batch", "padded_batch", "cache", "prefetch")


def code(text: str) -> str:
    """A text of the tests without its indentation."""
    return textwrap.dedent(text).lstrip("\n")


def calls_of(text: str, file: Path) -> tuple[RecordedCall, ...]:
    """The tf.data calls of a text, in the order in which they end."""
    tree = ast.parse(text)
    inside: dict[ast.AST, ast.Call] = {}
    functions: dict[ast.AST, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _method(node) in ("interleave", "flat_map"):
            for argument in node.args:
                inside.update(dict.fromkeys(ast.walk(argument), node))
        if isinstance(node, ast.FunctionDef):
            functions.update(dict.fromkeys(ast.walk(node), node.name))
    nodes = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and _method(one) in KINDS]
    # A nested call stands behind the one that it is nested in.
    nodes.sort(key=lambda one: (_end(inside.get(one, one)), one in inside, _end(one)))
    keys = _keys(nodes)
    return tuple(
        RecordedCall(
            key=keys[node],
            method=_method(node),
            path=(_site(node, file, functions.get(node, "")),),
            arguments=_arguments(node)[0],
            given=_arguments(node)[1],
            inside=keys[inside[node]] if node in inside else "",
        )
        for node in nodes
    )


def chain_of(text: str, file: Path) -> Chain:
    """The chain of a text's calls; a cache can be added before anything is drawn or batched."""
    return chain_with(*calls_of(text, file))


def chain_with(*calls: RecordedCall) -> Chain:
    """A chain of calls, with what can be added to it."""
    stages: list[Stage] = []
    outer = [call for call in calls if not call.inside]
    first = next((i for i, call in enumerate(outer) if call.method in _NOT_CACHED), len(outer))
    behind = outer[first - 1].key if first else ""
    for call in calls:
        kind = method_of(call.method).kind
        stages.append(Recorded(call, name=call.key.removeprefix(kind).strip("[]")))
        if call.key == behind:
            stages.append(AddedCache(behind, name=ADDED))
    stages.append(AddedPrefetch(name=ADDED))
    return Chain((*stages, UserOptions(), Process(), Fit()))


def patched(
    folder: Path, text: str, changes: Mapping[str, object], **more: Any
) -> tuple[str, Patch]:
    """The new text of a file, and its patch.

    Also makes sure that the new text, read again, has the chosen values.
    """
    file = folder / "data.py"
    file.write_bytes(text.encode())
    chain = chain_of(text, file)
    settings = chain.defaults().with_values(changes)
    found = patch(chain, settings, **more)
    new = found.files[0].new if found.files else text
    if not found.not_done:
        again = chain_of(new, file)
        assert _values(again, again.defaults()) == _values(chain, settings)
    return new, found


def _values(chain: Chain, settings: Settings) -> list[tuple[str, dict[str, object]]]:
    """The stages that are on, with their values; what is nested stands behind all others."""
    stages = [
        stage
        for stage in chain.stages
        if isinstance(stage, (Recorded, AddedCache, AddedPrefetch)) and stage.is_on(settings)
    ]
    stages.sort(key=lambda stage: isinstance(stage, Recorded) and bool(stage.call.inside))
    return [
        (stage.kind, {knob.name: settings[stage.id(knob.name)] for knob in stage.knobs})
        for stage in stages
    ]


def made(
    file: Path, text: str, changes: Mapping[str, object], *calls: RecordedCall, **more: object
) -> Patch:
    """The patch for calls that were recorded otherwise than the text says by itself."""
    file.write_text(text)
    chain = chain_with(*calls)
    return patch(chain, chain.defaults().with_values(changes), **more)  # type: ignore[arg-type]


def _method(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) and method_of(function.id).is_class else ""


def _end(node: ast.AST) -> tuple[int, int]:
    return node.end_lineno or 0, node.end_col_offset or 0  # type: ignore[attr-defined]


def _keys(nodes: list[ast.Call]) -> dict[ast.Call, str]:
    kinds = [method_of(_method(node)).kind for node in nodes]
    several, numbers = Counter(kinds), Counter[str]()
    keys = {}
    for node, kind in zip(nodes, kinds, strict=True):
        numbers[kind] += 1
        keys[node] = f"{kind}[{numbers[kind]}]" if several[kind] > 1 else kind
    return keys


def _site(node: ast.Call, file: Path, function: str) -> Site:
    end, column = _end(node)
    return Site(str(file), node.lineno, node.col_offset, end, column, function)


def _arguments(node: ast.Call) -> tuple[dict[str, Any], tuple[str, ...]]:
    method = _method(node)
    if not method_of(method).arguments:
        return {}, ()
    found: dict[str, Any] = dict.fromkeys(method_of(method).arguments)
    if "drop_remainder" in found:
        found["drop_remainder"] = False
    positional = list(node.args)
    if not method_of(method).is_class and ast.unparse(node.func).endswith(f"Dataset.{method}"):
        positional = positional[1:]
    given = {}
    for name, value in zip(method_of(method).arguments, positional, strict=False):
        if not isinstance(value, ast.Starred):
            given[name] = _value(value)
    given |= {keyword.arg: _value(keyword.value) for keyword in node.keywords if keyword.arg}
    return found | given, tuple(given)


def _value(node: ast.expr) -> Any:
    text = ast.unparse(node)
    if text.endswith("AUTOTUNE") or text == "-1":
        return "autotune"
    try:
        return ast.literal_eval(node)
    except ValueError:
        return NAMES.get(text, "something")
