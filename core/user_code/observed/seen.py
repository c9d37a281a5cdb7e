"""A call of tf.data as it was seen, and what may be done in its place."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.model.recorded_call import Argument, FunctionSeen, Site

CallPath = tuple[Site, ...]
"""The call sites from the outermost function inwards; the last is the call itself."""
Change = Callable[[Any, Callable[[], Any], inspect.BoundArguments], Any]
"""Gives the dataset in a call's place. Takes the dataset that the method belongs to (None for a
source), a function that makes the call with the arguments as they then are, and the arguments."""

MADE_BEFORE = "dataset"
"""What stands for a dataset that was there before the function was called."""


@dataclass
class Seen:
    """One way through the code to one call site.

    Attributes:
        method: What was called.
        path: The way.
        arguments: By name, as plain values; where its calls differ in one, all values in words.
        given: Names of those that the code gave.
        inputs: Ways of the calls whose datasets it takes.
        inside: Way of the call in whose function it was made; None outside of any.
        count: How often it was made.
        function: What it applies.
        elements: How many it delivers, each time; see ``RecordedCall``.
        made_by: The function of TensorFlow that made it for itself; see ``RecordedCall``.
    """

    method: str
    path: CallPath
    arguments: Mapping[str, Argument]
    given: tuple[str, ...]
    inputs: tuple[CallPath, ...]
    inside: CallPath | None
    count: int = 1
    function: FunctionSeen | None = None
    elements: int | None = None
    element_bytes: int | None = None
    made_by: str = ""

    def again(self, arguments: Mapping[str, Argument], inputs: Sequence[CallPath]) -> None:
        """The same call once more: in a loop, or in a function that is traced again."""
        self.count += 1
        merged = dict(self.arguments)
        for name, value in arguments.items():
            before = merged.get(name)
            if before != value or type(before) is not type(value):
                merged[name] = _each(before, value)
        self.arguments = merged
        # Its own dataset from the time before is how a loop makes a chain longer.
        if tuple(inputs) != self.inputs:
            self.inputs = tuple(dict.fromkeys((*self.inputs, *inputs)))


_EACH = "each: "


def _each(before: Argument, value: Argument) -> str:
    """Values that an argument has in turn, in words: no value of a knob."""
    words = str(before).removeprefix(_EACH).split(", ")
    if str(value) in words or words[-1] == "…":
        return f"{_EACH}{', '.join(words)}"
    return f"{_EACH}{', '.join([*words, str(value) if len(words) < 4 else '…'])}"
