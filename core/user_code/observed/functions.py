"""What a function that a dataset applies does: Python, random numbers, how much."""

from __future__ import annotations

import functools
import inspect
import random
from typing import Any, cast

import numpy as np

from core.model.errors import InputError
from core.model.recorded_call import FunctionSeen
from core.process_pool.item_loop import loop_of
from core.user_code.observed.generated import is_generated, origin_of_line

_PYTHON = ("PyFunc", "PyFuncStateless", "EagerPyFunc")
_RANDOM = (
    "RandomUniform", "RandomUniformInt", "RandomStandardNormal", "ParameterizedTruncatedNormal",
    "TruncatedNormal", "RandomShuffle", "Multinomial", "RandomGamma", "RandomPoissonV2",
    "SampleDistortedBoundingBox", "SampleDistortedBoundingBoxV2", "RandomCrop",
    # The state of a tf.random.Generator moves on with every call.
    "RngReadAndSkip", "StatefulUniform", "StatefulStandardNormalV2",
)  # fmt: skip
_MOVE_ON = ("AssignVariableOp", "AssignAddVariableOp")
_NO_WORK = ("Placeholder", "Identity", "NoOp", "Const", "_Arg", "_Retval")
_KEPT_IN = ("_map_func", "_predicate", "_func", "_scan_func", "_init_func", "_key_func")
_GIVEN_AS = ("map_func", "predicate", "generator", "key_func", "scan_func", "reduce_func")


def function_seen(arguments: dict[str, Any], dataset: Any) -> FunctionSeen | None:
    """What is known of the function among a call's arguments; None where there is none.

    Args:
        arguments: The call's arguments by name.
        dataset: The dataset that it made.
    """
    given = next((arguments[name] for name in _GIVEN_AS if name in arguments), None)
    if given is None:
        return None
    plain = given
    while isinstance(plain, functools.partial):
        plain = plain.func
    plain = inspect.unwrap(getattr(plain, "python_function", plain))
    # An object that can be called has its code in its class.
    inner = plain if hasattr(plain, "__code__") else vars(type(plain)).get("__call__")
    code = getattr(inner, "__code__", None)
    name = getattr(plain, "__name__", type(plain).__name__).replace("<lambda>", "lambda")
    nodes = _nodes(dataset)
    kinds = [node.op for node in nodes]
    file, line = getattr(code, "co_filename", ""), getattr(code, "co_firstlineno", 0)
    if is_generated(file):
        # A function within one that AutoGraph converted.
        file, line, _ = origin_of_line(file, line, getattr(inner, "__globals__", {})) or ("", 0, "")
    return FunctionSeen(
        name,
        file,
        line,
        # A generator is Python by itself: no graph tells of it.
        python="generator" in arguments or any(kind in _PYTHON for kind in kinds),
        random=_is_random(set(kinds)),
        operations=len(kinds),
        kinds=tuple(sorted(set(kinds))),
        seeded=any(node.op in _RANDOM and _has_seed(node) for node in nodes),
        items="generator" in arguments and _makes_items(given),
    )


def _makes_items(generator: Any) -> bool:
    try:
        loop_of(generator)
    except InputError:
        return False
    return True


def python_random_state() -> object:
    """The state of NumPy's and Python's global random numbers; another once one was drawn."""
    _, key, *rest = cast(Any, np.random.get_state())
    return random.getstate(), key.tobytes(), rest


def both(first: FunctionSeen | None, other: FunctionSeen | None) -> FunctionSeen | None:
    """What is known of all functions that one call applies in turn, in a loop."""
    if first is None or other is None or first == other:
        return first or other
    names = first.name.split(", ")
    return FunctionSeen(
        first.name if other.name in names else f"{first.name}, {other.name}",
        first.file,
        first.line,
        python=first.python or other.python,
        random=first.random or other.random,
        operations=max(first.operations, other.operations),
        kinds=tuple(sorted({*first.kinds, *other.kinds})),
        seeded=first.seeded or other.seeded,
        drawn_once=first.drawn_once or other.drawn_once,
        items=first.items and other.items,
    )


def fresh(value: Any) -> Any:
    """An argument as if it had never been called: a ``tf.function`` is traced only once.

    What its Python does, such as making datasets, would else be seen the first time alone.
    """
    clone = getattr(value, "_clone", None)
    if clone is None or not hasattr(value, "python_function"):
        return value
    return clone(None)


def _nodes(dataset: Any) -> list[Any]:
    """All operations (``NodeDef``) in a dataset's function and in those that it calls."""
    kept = next((getattr(dataset, name) for name in _KEPT_IN if hasattr(dataset, name)), None)
    graph = getattr(getattr(kept, "function", None), "graph", None)
    if graph is None:
        return []
    definition = graph.as_graph_def()
    nodes = [*definition.node, *(n for each in definition.library.function for n in each.node_def)]
    return [node for node in nodes if node.op not in _NO_WORK]


def _is_random(kinds: set[str]) -> bool:
    """Whether other random numbers come with each call.

    Keras's layers draw by stateless operations from a seed that they keep and move on.
    """
    moves_on = not kinds.isdisjoint(_MOVE_ON)
    stateless = any(kind.startswith("StatelessRandom") for kind in kinds)
    return not kinds.isdisjoint(_RANDOM) or (stateless and moves_on)


def _has_seed(node: Any) -> bool:
    """Whether random numbers start over with each iterator; both 0 stands for no seed."""
    return any(name in node.attr and node.attr[name].i for name in ("seed", "seed2"))
