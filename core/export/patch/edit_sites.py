"""Where in the code each wish of the settings belongs, and which of them have no place there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import libcst as cst

from core.export.patch.call_changes import CallChange, distributes, serves_apart
from core.export.patch.call_nodes import call_at, call_node, is_unbound
from core.export.patch.edits import CannotEditError
from core.export.patch.given import given_to_fit, gives_dataset
from core.export.patch.names import names_bound, names_in
from core.export.patch.processes import item_loops, python_calls
from core.export.patch.returns import returned
from core.export.patch.source import SourceFile


@dataclass(frozen=True)
class EditSite:
    """A call in the code that has to change, or an expression that gets a prefetch or options.

    Attributes:
        source: The file.
        node: The call; with ``returned`` the expression that gets them.
        stages: The stages that the call serves, which agree on what is wanted.
        returned: It is what a function returns, or what ``fit`` is given.
        calls_python: It is a call of ``tf.numpy_function``, whose function processes are to call,
            or the loop of a generator, whose items they are to make.
        target: The call that it moves to; None where it stays.
    """

    source: SourceFile
    node: cst.BaseExpression | cst.For
    stages: tuple[CallChange, ...]
    returned: bool = False
    calls_python: bool = False
    target: cst.Call | None = None

    @property
    def change(self) -> CallChange:
        """What is to be done there."""
        # One of them may have had the chosen value before, by a variable.
        changed = frozenset(name for call_change in self.stages for name in call_change.changed)
        return replace(self.stages[0], changed=changed)


@dataclass(frozen=True)
class EditSites:
    """Sites that change, and sentences on what has none."""

    sites: tuple[EditSite, ...]
    not_done: tuple[str, ...]


def edit_sites(
    asked: Sequence[CallChange],
    sources: Mapping[Path, SourceFile],
    failed: Mapping[Path, str],
    *,
    pair: bool | None,
) -> EditSites:
    """Find the sites.

    Args:
        asked: What each stage wants.
        sources: The files that were read.
        failed: Why others were not.
        pair: See ``patch``.
    """
    nodes: dict[str, cst.Call] = {}
    why: dict[str, str] = {}
    for call_change in asked:
        try:
            nodes[call_change.key] = _node(call_change, sources, failed)
        except CannotEditError as error:
            why[call_change.key] = str(error)
    sites: list[EditSite] = []
    not_done: list[str] = []
    last = next((change for change in asked if change.ends), None)
    problem = "" if last is None else why.get(last.key) or _shared(last, asked, nodes)
    if last is not None and problem:
        try:
            sites.append(_elsewhere(last, asked, sources, nodes.get(last.key), pair=pair))
        except CannotEditError as error:
            not_done.append(
                f"{last.ends.capitalize()} behind {last.where} cannot be added: {problem}, and "
                f"{error}."
            )
        asked = [replace(change, prefetch=None, options=()) for change in asked]
    by_node: dict[cst.Call, list[CallChange]] = {}
    for call_change in asked:
        if call_change.key in nodes:
            by_node.setdefault(nodes[call_change.key], []).append(call_change)
        elif call_change.differs:
            not_done.append(f"{call_change.where}: {why[call_change.key]}.")
    for call_change in asked:
        if call_change.processes is not None and call_change.key in nodes:
            try:
                sites += _python_sites(call_change, sources)
            except CannotEditError as error:
                not_done.append(f"{call_change.where}, processes: {error}.")
    for node, stages in by_node.items():
        if not any(stage.differs for stage in stages):
            continue
        if all(stage.agrees(stages[0]) for stage in stages):
            source = sources[stages[0].file]
            try:
                target = _target(stages[0], source, node, nodes)
            except CannotEditError as error:
                not_done.append(f"{stages[0].where} does not move: {error}.")
                continue
            sites.append(EditSite(source, node, tuple(stages), target=target))
        else:
            keys = ", ".join(stage.key for stage in stages)
            not_done.append(
                f"{stages[0].where}: one call there makes several stages ({keys}), which are to "
                "be unlike each other."
            )
    return EditSites(tuple(sites), tuple(not_done))


def _target(
    change: CallChange, source: SourceFile, node: cst.Call, nodes: Mapping[str, cst.Call]
) -> cst.Call | None:
    """The call that another moves to.

    Raises:
        CannotEditError: What it is given may be something else there.
    """
    if not change.to:
        return None
    target = nodes.get(change.to)
    if target is None or target not in source.calls.values():
        raise CannotEditError(f"{change.to} does not stand in the same file")
    if any(is_unbound(each, change.call) for each in (node, target)):
        raise CannotEditError("the dataset is given as an argument")
    kinds = (cst.Lambda, cst.IndentedBlock, cst.Module)
    if source.around(node, *kinds) is not source.around(target, *kinds):
        raise CannotEditError(f"{change.to} stands in another block of the code")
    start, end = sorted((source.end(node), source.end(target)))
    names = {name for arg in node.args for name in names_in(arg)}
    for each in source.nodes:
        bound = names_bound(each) & names if isinstance(each, cst.CSTNode) else set()
        if bound and start < source.start(each) < end:
            raise CannotEditError(f"{', '.join(sorted(bound))} is set between the two places")
    return target


def _python_sites(change: CallChange, sources: Mapping[Path, SourceFile]) -> Iterator[EditSite]:
    """Where the Python that processes are to call is called."""
    function = change.call.function
    source = sources.get(Path(function.file)) if function is not None else None
    if function is None or source is None:
        raise CannotEditError("the file of the function that is mapped cannot be read")
    calls: Sequence[cst.Call | cst.For]
    calls = item_loops(source, function) if function.items else python_calls(source, function)
    for node in calls:
        yield EditSite(source, node, (change,), calls_python=True)


def _node(
    change: CallChange, sources: Mapping[Path, SourceFile], failed: Mapping[Path, str]
) -> cst.Call:
    if change.call.site.library:
        raise CannotEditError(
            f"the call of {change.call.method} stands in an installed package, not in your code"
        )
    if change.file not in sources:
        raise CannotEditError(failed.get(change.file, "its file was not read"))
    return call_node(sources[change.file], change.call)


def _shared(last: CallChange, asked: Sequence[CallChange], nodes: Mapping[str, cst.Call]) -> str:
    """Why what is added behind the last call would come at other places too; empty if not."""
    if last.call.count > 1 and not serves_apart(
        [call_change.call for call_change in asked], last.call
    ):
        return f"the call is made {last.call.count} times"
    several = sum(node is nodes[last.key] for node in nodes.values()) > 1
    return "the call makes several stages" if several else ""


def _elsewhere(
    last: CallChange,
    asked: Sequence[CallChange],
    sources: Mapping[Path, SourceFile],
    made_by: cst.Call | None,
    *,
    pair: bool | None,
) -> EditSite:
    """Where what is added at the end goes when it cannot stand behind the call that is last.

    Behind the person's own call of a library, else at a return, else where ``fit`` is given it.
    """
    only = replace(last, changed=frozenset(), off=False, cache=False, service=None)
    for site in reversed([site for site in last.call.path if not site.library]):
        source = sources.get(Path(site.file))
        node = None if source is None else call_at(source, site)
        if source is not None and node is not None and last.call.site.library:
            alone = last.call.count == 1 or serves_apart(
                [call_change.call for call_change in asked], last.call
            )
            if alone and gives_dataset(source, node):
                return EditSite(source, node, (only,))
            break
    try:
        return _returned(last, asked, sources, made_by, pair=pair)
    except CannotEditError:
        given = None if pair is not None else _given_to_fit(last, sources)
        if given is None:
            raise
        return EditSite(*given, (only,), returned=True)


def _given_to_fit(
    last: CallChange, sources: Mapping[Path, SourceFile]
) -> tuple[SourceFile, cst.BaseExpression] | None:
    """What the only ``fit`` of a script is given."""
    source = sources.get(Path(last.call.path[0].file))
    given = [] if source is None else list(given_to_fit(source))
    return (source, given[0]) if source is not None and len(given) == 1 else None


def _returned(
    last: CallChange,
    asked: Sequence[CallChange],
    sources: Mapping[Path, SourceFile],
    made_by: cst.Call | None,
    *,
    pair: bool | None,
) -> EditSite:
    """What the opened function returns: the way to the last call begins in it.

    Where that is a generator or comprehension, what the helper returns that it calls.
    """
    if any(distributes(call_change.call) for call_change in asked):
        raise CannotEditError("what is returned is distributed")
    first = last.call.path[0]
    source = sources.get(Path(first.file))
    if source is None or first.library:
        raise CannotEditError("the function that returns it cannot be read")
    outer = call_at(source, first)
    helper = last.call.site
    if outer is None and not helper.library and Path(helper.file) in sources:
        source = sources[Path(helper.file)]
        outer, pair = made_by, None
    node = returned(source, outer, made_by, pair=pair)
    if node is made_by:
        raise CannotEditError("that is the call that is returned")
    only = replace(last, changed=frozenset(), off=False, cache=False, service=None)
    return EditSite(source, node, (only,), returned=True)
