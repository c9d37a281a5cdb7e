"""The kinds of value that a knob can take: how each is checked, read and written."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

Value = bool | int | float | str
"""What a knob can be set to. JSON holds it without loss."""

OFF = "off"
AUTOTUNE = "autotune"
DEFAULT = "default"
"""TensorFlow decides: nothing is set."""


class Kind(ABC):
    """A kind of value. Each method raises ValueError with what was expected."""

    @abstractmethod
    def check(self, value: object) -> Value:
        """Return ``value`` in its plain form, or raise ValueError saying what is allowed."""

    @abstractmethod
    def describe(self) -> str:
        """What is allowed, in words: "off, autotune or a whole number from 1 to 64"."""

    def parse(self, text: str) -> Value:
        """Read a value as a person types it."""
        return self.check(text.strip())

    def format(self, value: Value) -> str:
        """Write a value so that ``parse`` reads it back."""
        return str(value)

    def suggestions(self) -> tuple[Value, ...]:
        """Values worth trying, in order: what a menu offers and a sweep starts from."""
        return ()


@dataclass(frozen=True)
class Toggle(Kind):
    """On or off."""

    def check(self, value: object) -> bool:  # noqa: D102
        if isinstance(value, bool):
            return value
        word = str(value).strip().lower()
        if word in ("on", "true", "yes", "1"):
            return True
        if word in ("off", "false", "no", "0"):
            return False
        raise ValueError(self.describe())

    def describe(self) -> str:  # noqa: D102
        return "on or off"

    def format(self, value: Value) -> str:  # noqa: D102
        return "on" if value else "off"

    def suggestions(self) -> tuple[Value, ...]:  # noqa: D102
        return (False, True)


@dataclass(frozen=True)
class OneOf(Kind):
    """One word out of a few."""

    options: tuple[str, ...]

    def check(self, value: object) -> str:  # noqa: D102
        if isinstance(value, str) and value in self.options:
            return value
        word = str(value).strip().lower().replace("-", "_").replace(" ", "_")
        if word in self.options:
            return word
        raise ValueError(self.describe())

    def describe(self) -> str:  # noqa: D102
        return _join(self.options)

    def suggestions(self) -> tuple[Value, ...]:  # noqa: D102
        return self.options


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number in a range, or one of a few words.

    Attributes:
        minimum: Smallest number allowed.
        maximum: Largest number allowed.
        words: Words allowed beside numbers, such as ``off`` and ``autotune``.
        tries: Numbers worth trying.
    """

    minimum: int
    maximum: int
    words: tuple[str, ...] = ()
    tries: tuple[int, ...] = ()

    def check(self, value: object) -> int | str:  # noqa: D102
        if isinstance(value, bool):
            raise ValueError(self.describe())
        if isinstance(value, str):
            word = value.strip().lower()
            if word in self.words:
                return word
            if not re.fullmatch(r"[+-]?\d{1,18}", word):
                raise ValueError(self.describe())
            value = int(word)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or not self.minimum <= value <= self.maximum:
            raise ValueError(self.describe())
        return value

    def describe(self) -> str:  # noqa: D102
        number = f"a whole number from {self.minimum} to {self.maximum}"
        return _join((*self.words, number))

    def suggestions(self) -> tuple[Value, ...]:  # noqa: D102
        return (*self.words, *self.tries)


@dataclass(frozen=True)
class Real(Kind):
    """A number in a range."""

    minimum: float
    maximum: float
    tries: tuple[float, ...] = ()

    def check(self, value: object) -> float:  # noqa: D102
        if isinstance(value, bool):
            raise ValueError(self.describe())
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            raise ValueError(self.describe()) from None
        if not math.isfinite(number) or not self.minimum <= number <= self.maximum:
            raise ValueError(self.describe())
        return number

    def describe(self) -> str:  # noqa: D102
        return f"a number from {self.minimum:g} to {self.maximum:g}"

    def format(self, value: Value) -> str:  # noqa: D102
        return plain_number(float(value))

    def suggestions(self) -> tuple[Value, ...]:  # noqa: D102
        return self.tries


@dataclass(frozen=True)
class Folder(Kind):
    """A folder on this machine; empty while none was chosen.

    Whether it exists is asked when a run is prepared, not here: a recorded run stays
    readable after its folder is gone.
    """

    def check(self, value: object) -> str:  # noqa: D102
        if not isinstance(value, (str, Path)):
            raise ValueError(self.describe())
        text = str(value).strip()
        if "\0" in text:
            raise ValueError(self.describe())
        try:
            return str(Path(text).expanduser()) if text else ""
        except RuntimeError:  # "~name" where no such user is known
            raise ValueError(self.describe()) from None

    def describe(self) -> str:  # noqa: D102
        return "the path of a folder"


def plain_number(number: float) -> str:
    """The shortest text without an exponent that reads back as the same number."""
    short = f"{number:g}"
    if "e" not in short and float(short) == number:
        return short
    return format(Decimal(repr(number)), "f")


def _join(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
