"""What runs in a worker process. It imports nothing but Python and NumPy by itself."""

from __future__ import annotations

import os
import pickle
import random
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.lazy import tf
from core.process_pool.lifeline import end_with
from core.process_pool.parts import parts_of


@dataclass(frozen=True)
class WorkerCall:
    """What a function is called with once.

    Attributes:
        seed: Of the random numbers that it draws.
        arguments: Arrays, as ``tf.numpy_function`` gives them.
    """

    seed: int
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Raised:
    """What a function raised, as text: an exception of someone's own may not come back whole.

    Attributes:
        kind: Name of its class.
        message: Its message.
        traceback_text: Its traceback, from the function inwards.
    """

    kind: str
    message: str
    traceback_text: str


@dataclass(frozen=True)
class Unknown:
    """The worker does not have the function yet."""


@dataclass(frozen=True)
class EagerCall:
    """A function of ``tf.py_function``: it takes and gives tensors, so the worker has TensorFlow.

    Attributes:
        function: The person's.
    """

    function: Callable[..., Any]

    def __call__(self, *arguments: Any) -> Any:
        """Call it with tensors."""
        returned = self.function(*map(tf.convert_to_tensor, arguments))
        if isinstance(returned, (tuple, list)):
            return [np.asarray(value) for value in returned]
        return np.asarray(returned)


@dataclass(frozen=True)
class Item:
    """Makes an item of a generator, which may be of any kind: it goes back as bytes.

    Attributes:
        function: Makes it of a value.
    """

    function: Callable[..., Any]

    def __call__(self, value: Any) -> Any:
        """Make it."""
        return np.asarray(pickle.dumps(self.function(value)), dtype=object)


class Seeded:
    """A function whose random numbers start anew for each example, from a seed of its own.

    What it draws then depends neither on the number of workers nor on which of them calls it.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        """Find out which generators of random numbers it holds."""
        self._function = function
        self._generators = list(_generators(function))

    def __call__(self, example: WorkerCall) -> list[Any]:
        """The arrays that it gives for an example."""
        random.seed(example.seed)
        np.random.seed(example.seed)
        for generator in self._generators:
            if isinstance(generator, (random.Random, np.random.RandomState)):
                generator.seed(example.seed)
            else:
                fresh = type(generator.bit_generator)(example.seed)
                generator.bit_generator.state = fresh.state
        return _values(self._function(*example.arguments))


_functions: dict[int, Seeded | Raised] = {}
"""Of this worker, by their keys."""


def begin(parent: int, packed: Mapping[int, bytes], started: Any) -> None:
    """Set a worker up: it ends with the program, holds none of its pipes and has its functions.

    Args:
        parent: Process id of the program.
        packed: Functions as bytes (see ``sendable``), by their keys.
        started: A semaphore that says so.
    """
    end_with(parent)
    # loky ends a worker that takes 300 MB more than at first, and does so again and again where a
    # function keeps data or loads TensorFlow.
    loky = sys.modules.get("loky.process_executor")
    if loky is not None:
        loky._USE_PSUTIL = False  # type: ignore[attr-defined]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which ends this one
    nothing = os.open(os.devnull, os.O_RDWR)
    for pipe in range(3):
        os.dup2(nothing, pipe)
    os.close(nothing)
    for key, function in packed.items():
        _take(key, function)
    started.release()


def work(
    key: int, packed: bytes | None, examples: Sequence[WorkerCall]
) -> list[list[Any] | Raised] | Unknown:
    """Call a function once for each example.

    Args:
        key: Of the function.
        packed: The function, for a worker that did not know it.
        examples: What it is called with.

    Returns:
        For each example the arrays that it gave, or what it raised.
    """
    if packed is not None:
        _take(key, packed)
    function = _functions.get(key)
    if function is None:
        return Unknown()
    return [_called(function, example) for example in examples]


def _called(function: Seeded | Raised, example: WorkerCall) -> list[Any] | Raised:
    if isinstance(function, Raised):
        return function
    try:
        return function(example)
    except (Exception, SystemExit) as error:
        return _raised(error)


def _take(key: int, packed: bytes) -> None:
    try:
        _functions[key] = Seeded(pickle.loads(packed))
    except Exception as error:
        _functions[key] = _raised(error)


def _raised(error: BaseException) -> Raised:
    ours = error.__traceback__.tb_next if error.__traceback__ is not None else None
    traceback_text = "".join(traceback.format_exception(type(error), error, ours))
    # A KeyError shows its message in quotes.
    message = error.args[0] if isinstance(error, KeyError) and error.args else error
    return Raised(type(error).__name__, str(message), traceback_text)


def _values(returned: Any) -> list[Any]:
    """What a function gave as arrays, as ``tf.numpy_function`` makes them."""
    if isinstance(returned, (tuple, list)):
        return [_array(value) for value in returned]
    return [_array(returned)]


def _array(value: Any) -> Any:
    array = np.asarray(value, order="C")
    if array.dtype.char == "U":
        return np.vectorize(lambda text: text.encode(), otypes=[object])(array)
    return np.asarray(value, dtype=object) if array.dtype.char == "S" else array


def _generators(function: Callable[..., Any]) -> Iterator[Any]:
    """Generators of random numbers that a function holds, in itself and in what it uses."""
    seen: set[int] = set()
    waiting: list[Any] = [function]
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, (random.Random, np.random.RandomState, np.random.Generator)):
            yield value
        else:
            waiting += parts_of(value).values()
