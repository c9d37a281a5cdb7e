"""What a function that a dataset applies does: Python, random numbers, how much."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from core.model.recorded_call import FunctionSeen
from core.pipeline.observed.generated import is_generated, origin_of_line

_PYTHON = ("PyFunc", "PyFuncStateless", "EagerPyFunc")
_RANDOM = (
    "RandomUniform", "RandomUniformInt", "RandomStandardNormal", "ParameterizedTruncatedNormal",
    "TruncatedNormal", "RandomShuffle", "Multinomial", "RandomGamma", "RandomPoissonV2",
    "SampleDistortedBoundingBox", "SampleDistortedBoundingBoxV2", "RandomCrop",
    # The state of a tf.random.Generator moves on with every call.
    "RngReadAndSkip", "StatefulUniform", "StatefulStandardNormalV2",
    # So does that of a Keras layer that augments: a variable that it adds to.
    "AssignVariableOp", "AssignAddVariableOp",
)  # fmt: skip
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
    kinds = _operations(dataset)
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
        random=any(kind in _RANDOM for kind in kinds),
        operations=len(kinds),
    )


def both(one: FunctionSeen | None, other: FunctionSeen | None) -> FunctionSeen | None:
    """What is known of all functions that one call applies in turn, in a loop."""
    if one is None or other is None or one == other:
        return one or other
    names = one.name.split(", ")
    return FunctionSeen(
        one.name if other.name in names else f"{one.name}, {other.name}",
        one.file,
        one.line,
        python=one.python or other.python,
        random=one.random or other.random,
        operations=max(one.operations, other.operations),
    )


def fresh(value: Any) -> Any:
    """An argument as if it had never been called: a ``tf.function`` is traced only once.

    What its Python does, such as making datasets, would else be seen the first time alone.
    """
    clone = getattr(value, "_clone", None)
    if clone is None or not hasattr(value, "python_function"):
        return value
    return clone(None)


def _operations(dataset: Any) -> list[str]:
    """Types of all operations in a dataset's function and in those that it calls."""
    kept = next((getattr(dataset, name) for name in _KEPT_IN if hasattr(dataset, name)), None)
    graph = getattr(getattr(kept, "function", None), "graph", None)
    if graph is None:
        return []
    found = [operation.type for operation in graph.get_operations()]
    library = graph.as_graph_def().library.function
    found += [node.op for function in library for node in function.node_def]
    return [kind for kind in found if kind not in ("Placeholder", "Identity", "NoOp", "Const")]
