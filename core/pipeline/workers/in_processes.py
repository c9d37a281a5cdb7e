"""Has the Python functions of a map called by worker processes."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.lazy import tf
from core.model.errors import InputError
from core.model.kinds import OFF, Whole
from core.model.knob import Knob
from core.model.stage import StageCode
from core.process_pool.item_loop import IN_ORDER
from core.process_pool.pool import CHUNK, check_installed
from core.process_pool.pooled_function import PooledFunction
from core.process_pool.pools import pool_of
from core.process_pool.worker import EagerCall

_UNBOUNDED = "use_unbounded_threadpool"
_PYTHON = ("PyFunc", "PyFuncStateless", "EagerPyFunc")

PROCESSES = Knob(
    name="processes",
    label="processes",
    help=(
        "How many processes call the Python function, each with a Python and a lock of its own; "
        "elements go there a few at a time and keep their order. The function and the values that "
        "it uses are copied: what it changes or prints stays in the processes. What it draws at "
        "random is seeded for each example, the same for any number of processes."
    ),
    cannot_help=(
        "Cannot help beyond the number of free cores, nor a function that takes less than about "
        "0.3 ms an element: the way to a process takes as long. Takes 30 MB a process, and 500 MB "
        "where the function uses TensorFlow."
    ),
    kind=Whole(1, 64, words=(OFF,), tries=(2, 4)),
    default=OFF,
    unit="processes",
)


def calls_under_way(processes: int, chunk: int = CHUNK) -> int:
    """How many elements are at the workers at the same time.

    Args:
        processes: How many workers.
        chunk: How many elements go to a worker at a time.
    """
    return 2 * chunk * (processes + 1)


def arguments_in_processes(given: Any, processes: int, chunk: int = CHUNK) -> dict[str, Any]:
    """What ``Dataset.map`` is given so that workers have enough to do.

    Args:
        given: Parallel calls as they were chosen; off or None for none.
        processes: How many workers.
        chunk: How many elements go to a worker at a time.
    """
    calls = max(calls_under_way(processes, chunk), given if isinstance(given, int) else 0)
    arguments: dict[str, Any] = {"num_parallel_calls": calls}
    if given in (None, OFF):
        # One after the other they came in order, whatever the options say.
        arguments["deterministic"] = True
    # A thread that waits for a worker must not be one of those that train.
    arguments[_UNBOUNDED] = True
    return arguments


def check_processes() -> None:
    """Make sure that the interpreter that trains has what worker processes need.

    Raises:
        InputError: It has not; says what.
    """
    check_installed()
    if _UNBOUNDED not in inspect.signature(tf.data.Dataset.map).parameters:
        raise InputError(
            f"Worker processes need a later TensorFlow than {tf.__version__}",
            expected=f"one whose Dataset.map takes {_UNBOUNDED}, as 2.18 does",
            remedy="Leave processes off, or train in another interpreter.",
        )


def in_workers(dataset: Any, processes: int, chunk: int = CHUNK) -> Any:
    """The same dataset, whose function has its calls of Python made by workers.

    Args:
        dataset: What ``map``, ``interleave`` or ``flat_map`` gave.
        processes: How many workers.
        chunk: How many elements go to a worker at a time; one where each is a whole batch or file.

    Raises:
        InputError: A function cannot be sent to another process.
    """
    pool = pool_of(processes)
    registry = importlib.import_module("tensorflow.python.ops.script_ops")._py_funcs
    for token in _tokens(dataset._map_func.function.graph):
        known = registry.get(token)
        if hasattr(known, "_out_dtypes"):
            # Of tf.py_function: TensorFlow's own object around it, which gives and takes tensors.
            known._func = _of_tensors(pool.function(EagerCall(_plain(known._func)), chunk=chunk))
        elif not isinstance(known, PooledFunction):
            registry._funcs[token] = pool.function(_plain(known), chunk=chunk)
    return dataset


def _tokens(graph: Any) -> list[str]:
    """What TensorFlow knows the Python functions of a graph by, those of nested ones too."""
    definition = graph.as_graph_def()
    nodes = [*definition.node, *(n for each in definition.library.function for n in each.node_def)]
    return list(dict.fromkeys(n.attr["token"].s.decode() for n in nodes if n.op in _PYTHON))


def _plain(function: Any) -> Any:
    """The person's function, without what TensorFlow wraps it in against AutoGraph."""
    code = getattr(function, "__code__", None)
    if code is not None and "func" in code.co_freevars and "autograph" in code.co_filename:
        function = inspect.getclosurevars(function).nonlocals["func"]
    # TensorFlow notes its wrapper there, and a worker would load TensorFlow for it.
    getattr(function, "__dict__", {}).pop("ag_dnc_wrapper__", None)
    return function


def _of_tensors(function: PooledFunction) -> Callable[..., Any]:
    def call(*tensors: Any) -> Any:
        return function(*(tensor.numpy() for tensor in tensors))

    return call


def written_in_processes(code: StageCode, processes: int, chunk: int = CHUNK) -> StageCode:
    """The same as ``in_workers``, as Python: the calls of Python go through a helper."""
    wrapped = tuple(
        _CALL.sub(rf"\1{CALLS.name}(\2, {helper_arguments(processes, chunk)})", text)
        for text in code.functions
    )
    needed = frozenset(f"import {module}" for module in CALLS.modules)
    return StageCode(code.lines, (CALLS.text(), *wrapped), code.imports | needed)


@dataclass(frozen=True)
class Helper:
    """A function that stands for worker processes in code that people copy.

    Attributes:
        name: Its name.
        modules: What its file imports for it.
    """

    name: str
    modules: tuple[str, ...]

    def text(self, tensorflow: str = "tf") -> str:
        """Its source text.

        Args:
            tensorflow: What the code calls TensorFlow.
        """
        file = Path(__file__).with_name(f"{self.name}_helper.py")
        text = file.read_text(encoding="utf-8").partition("# fmt: off\n")[2]
        return text.rstrip().replace("@tf.", f"@{tensorflow}.", 1)


def helper_arguments(processes: int, chunk: int) -> str:
    """What the helper is given behind the function: ``2``, or ``2, chunk=1``."""
    return f"{processes}" if chunk == CHUNK else f"{processes}, chunk={chunk}"


_CALL = re.compile(r"(tf\.numpy_function\()(\w+)")

CALLS = Helper(
    "in_processes",
    ("loky", "numpy", "pickle", "random", "threading", "zlib"),
)
"""For the function that ``tf.numpy_function`` is given."""
GENERATOR = Helper(IN_ORDER, ("collections", "loky", "numpy", "random"))
"""For the loop of a generator."""
