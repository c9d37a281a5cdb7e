"""A function that a pipeline calls, tied to the source text that a person can copy."""

from __future__ import annotations

import functools
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Function:
    """A plain function and the keyword arguments it is called with.

    The function must stand on its own: it uses nothing but its arguments, ``tf``, ``np``,
    ``keras``, ``time`` and its ``helpers``, so that its source text runs in any script. The same
    object gives what the pipeline runs (``bound``) and what the code shows (``expression``):
    they cannot differ.

    Attributes:
        call: A function at the top level of a module.
        keywords: Literals for its keyword arguments, or functions of this kind that it calls.
        helpers: Functions that it calls, each standing on its own likewise.
        python: It runs as Python for each element (``numpy_function``) and so holds the GIL.
    """

    call: Callable[..., Any]
    keywords: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    helpers: tuple[Callable[..., Any], ...] = ()
    python: bool = False

    def bound(self) -> Callable[..., Any]:
        """What the pipeline calls."""
        if not self.keywords:
            return self.call
        keywords = {
            name: value.bound() if isinstance(value, Function) else value
            for name, value in self.keywords.items()
        }
        return functools.partial(self.call, **keywords)

    def expression(self) -> str:
        """The same as Python: ``decode`` or ``functools.partial(decode, size=64)``."""
        if not self.keywords:
            return self.call.__name__
        return f"functools.partial({self.call.__name__}, {self._arguments()})"

    def call_expression(self) -> str:
        """A call with these keywords as Python: ``make_model(classes=10)``."""
        return f"{self.call.__name__}({self._arguments()})"

    def _arguments(self) -> str:
        return ", ".join(
            f"{name}={value.expression() if isinstance(value, Function) else repr(value)}"
            for name, value in self.keywords.items()
        )

    def sources(self) -> tuple[str, ...]:
        """Source text of the helpers and of the function, in that order.

        What functions among its arguments need comes first.
        """
        inner = (value for value in self.keywords.values() if isinstance(value, Function))
        return (
            *(text for function in inner for text in function.sources()),
            *(
                textwrap.dedent(inspect.getsource(function)).rstrip()
                for function in (*self.helpers, self.call)
            ),
        )

    def imports(self) -> frozenset[str]:
        """Import lines that the source text and the expression need."""
        needed = set()
        text = "\n".join((*self.sources(), self.expression()))
        for word, line in (
            ("tf.", "import tensorflow as tf"),
            ("keras.", "import keras"),
            ("functools.", "import functools"),
            ("np.", "import numpy as np"),
            ("time.", "import time"),
            ("Callable[", "from collections.abc import Callable"),
        ):
            if word in text:
                needed.add(line)
        return frozenset(needed)
