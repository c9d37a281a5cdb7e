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
TF_XLA = "--tf_xla_"
"""How flags of TensorFlow's bridge to XLA begin; XLA's own begin with ``--xla_``."""


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
        return _plain(float(value))

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


@dataclass(frozen=True)
class ServiceAddress(Kind):
    """The address of the dispatcher of a tf.data service; empty for none."""

    def check(self, value: object) -> str:  # noqa: D102
        text = str(value).strip()
        if not text:
            return ""
        # A host as it may be written: a name, numbers, or an IPv6 address in brackets.
        match = re.fullmatch(
            r"(?i:grpc)://([A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251})|\[[0-9a-fA-F:.]{2,45}\]):(\d{1,5})",
            text,
        )
        if not match or not 1 <= int(match[2]) <= 65_535:
            raise ValueError(self.describe())
        return f"grpc://{match[1]}:{int(match[2])}"

    def describe(self) -> str:  # noqa: D102
        return "grpc://HOST:PORT of a dispatcher, or nothing"

    def suggestions(self) -> tuple[Value, ...]:  # noqa: D102
        return ("",)


_NAMES_FILES = re.compile(
    r"dump|extra|(^|_)(dirs?|directory|files?|filename|paths?|folder)(_|$)|_(from|to)$"
)
"""In flags such as ``xla_gpu_cuda_data_dir``, where XLA looks for the programs that it runs."""


@dataclass(frozen=True)
class XlaFlags(Kind):
    """Flags of the compiler XLA with spaces between them, or ``default`` for none.

    Settings may come from someone else, so flags that name files are not among them: XLA writes
    some, and runs programs and code that it finds in others. That is what dumps something, names
    a file or folder, or hands words on to another program; and values that are paths.
    """

    def check(self, value: object) -> str:  # noqa: D102
        words = str(value).split()
        if not words or [word.lower() for word in words] == [DEFAULT]:
            return DEFAULT
        for word in words:
            match = re.fullmatch(r"--(?:tf_)?xla_([a-z0-9_]+)(?:=[A-Za-z0-9_.,:+-]*)?", word)
            if not match or _NAMES_FILES.search(match[1]):
                raise ValueError(self.describe())
        return " ".join(words)

    def describe(self) -> str:  # noqa: D102
        return (
            f"{DEFAULT}, or flags such as --xla_cpu_enable_fast_math=true with spaces between "
            "them (none that dumps or names a file or folder, no paths)"
        )

    def suggestions(self) -> tuple[Value, ...]:  # noqa: D102
        return (DEFAULT, "--xla_cpu_enable_fast_math=true", "--xla_gpu_autotune_level=0")


@dataclass(frozen=True)
class Device(Kind):
    """Where the model trains: ``cpu``, ``gpu:N`` or ``emulated:<ms>``."""

    max_ms: float = 60_000.0

    def check(self, value: object) -> str:  # noqa: D102
        text = re.sub(r"\s*ms$", "", str(value).strip().lower())
        text = re.sub(r"\s+", ":", text)
        if text == "cpu":
            return text
        if re.fullmatch(r"gpu:\d{1,2}", text):
            return f"gpu:{int(text[4:])}"
        if text == "gpu":
            return "gpu:0"
        match = re.fullmatch(r"emulated:(\d+(?:\.\d+)?)", text)
        if match and 0 < float(match[1]) <= self.max_ms:
            return f"emulated:{_plain(float(match[1]))}"
        raise ValueError(self.describe())

    def describe(self) -> str:  # noqa: D102
        return (
            "cpu, gpu:N (N counts from 0) or emulated:MS "
            f"(milliseconds a step, above 0 and up to {self.max_ms:g})"
        )

    def suggestions(self) -> tuple[Value, ...]:  # noqa: D102
        return ("cpu", "emulated:10", "emulated:20", "emulated:40", "gpu:0")


NONE, MIRRORED = "none", "mirrored"


@dataclass(frozen=True)
class Strategy(Kind):
    """How a model is spread over devices: ``none``, ``mirrored`` or ``mirrored:N``."""

    most: int = 64

    def check(self, value: object) -> str:  # noqa: D102
        text = re.sub(r"\s+", ":", str(value).strip().lower())
        if text in (NONE, MIRRORED):
            return text
        match = re.fullmatch(rf"{MIRRORED}:(\d{{1,4}})", text)
        if match and 2 <= int(match[1]) <= self.most:
            return f"{MIRRORED}:{int(match[1])}"
        raise ValueError(self.describe())

    def describe(self) -> str:  # noqa: D102
        return (
            f"{NONE}, {MIRRORED} (all GPUs) or {MIRRORED}:N (N logical CPUs, from 2 to {self.most})"
        )

    def suggestions(self) -> tuple[Value, ...]:  # noqa: D102
        return (NONE, f"{MIRRORED}:2", f"{MIRRORED}:4", MIRRORED)


def emulated_ms(device: str) -> float | None:
    """Milliseconds that a step takes on an emulated accelerator; None on a real device."""
    return float(device.partition(":")[2]) if device.startswith("emulated:") else None


def _plain(number: float) -> str:
    """The shortest text without an exponent that reads back as the same number."""
    short = f"{number:g}"
    if "e" not in short and float(short) == number:
        return short
    return format(Decimal(repr(number)), "f")


def _join(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
