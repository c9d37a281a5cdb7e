"""Calls of ``tf.data`` that someone's code made, as plain values that a record can hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Argument = bool | int | float | str | None
"""As it is shown: plain values as they are, AUTOTUNE as ``autotune``, the rest in words."""


@dataclass(frozen=True)
class Site:
    """Where a call stands in a file, as Python counts: lines from 1, columns in bytes from 0.

    Attributes:
        file: Path of the file.
        line: First line of the call's expression.
        column: First column of it; -1 where only the line is known.
        end_line: Last line.
        end_column: Column behind its last character; -1 where only the line is known.
        function: Name of the function in whose body it stands; empty at the top of the file.
        library: The file belongs to an installed package: it is not the person's to change.
    """

    file: str
    line: int
    column: int = -1
    end_line: int = -1
    end_column: int = -1
    function: str = ""
    library: bool = False


@dataclass(frozen=True)
class FunctionSeen:
    """What is known of the function that a call applies.

    Attributes:
        name: Its name; ``lambda`` for one without.
        file: Where it is defined; empty where that is not known.
        line: Its first line; 0 where that is not known.
        python: It calls Python for each element (``py_function``, ``numpy_function``).
        random: It draws random numbers anew each time it is called.
        operations: TensorFlow operations in it; 0 where it could not be looked into.
        kinds: Types of these, each once (``Cast``, ``DecodeJpeg``).
        seeded: Its random numbers have a seed: each iterator draws the same ones again.
        drawn_once: It draws NumPy's or Python's random numbers while it is traced: once.
        items: It is a generator that makes each of its items by itself, in a round of a loop.
    """

    name: str
    file: str = ""
    line: int = 0
    python: bool = False
    random: bool = False
    operations: int = 0
    kinds: tuple[str, ...] = ()
    seeded: bool = False
    drawn_once: bool = False
    items: bool = False


@dataclass(frozen=True)
class RecordedCall:
    """One call, or all that one call site made on the same way through the code (a loop).

    Attributes:
        key: The id of its stage (see ``core.user_code.observed.calls.stage_ids``).
        method: What was called: ``map``, ``TFRecordDataset``, ...
        path: The call sites from the outermost function inwards; the last is the call itself.
        arguments: By tf.data's own names, defaults included.
        given: Names of the arguments that the code gives.
        inputs: Keys of the calls whose datasets it takes, that of the chain first.
        inside: Key of the call in whose function it was made; empty outside of any.
        count: How often it was made.
        function: The function that it applies; None where it applies none.
        elements: Elements that it delivers, -1 without end; None where TensorFlow does not know.
        element_bytes: Bytes of one of them, by shapes and types; None where these leave it open.
        made_by: The function of TensorFlow that made it for itself (``make_csv_dataset``), of which
            nothing can be changed; empty where the code made it.
    """

    key: str
    method: str
    path: tuple[Site, ...]
    arguments: Mapping[str, Argument] = field(default_factory=lambda: MappingProxyType({}))
    given: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    inside: str = ""
    count: int = 1
    function: FunctionSeen | None = None
    elements: int | None = None
    element_bytes: int | None = None
    made_by: str = ""

    @property
    def site(self) -> Site:
        """Where the call itself stands."""
        return self.path[-1]

    @property
    def user_code_site(self) -> Site | None:
        """The innermost place on the way to the call that is the person's own code.

        That of the library where there is no other, and None where the file is not known.
        """
        known = [site for site in self.path if site.file]
        return next((site for site in reversed(known) if not site.library), next(iter(known), None))


def files_in(filenames: Argument) -> int | None:
    """How many files an argument names, as ``core.user_code.observed`` shows it in words."""
    if not isinstance(filenames, str):
        return None
    match = re.match(r"(?:list|tuple) of (\d+)$|(?:array|tensor) \((\d+),\)", filenames)
    if match:
        return int(next(number for number in match.groups() if number))
    if filenames.startswith("tensor ()"):
        return 1
    if filenames.startswith(("[", "(")):
        whole = filenames.endswith(("]", ")"))
        return len(re.findall(r"'[^']*'|\"[^\"]*\"", filenames)) or None if whole else None
    return None if filenames.startswith(("<", "array ", "tensor ", "each: ")) else 1
