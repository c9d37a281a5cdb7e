"""Kinds of value that TensorFlow defines: devices, strategies, XLA flags, a service's address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.model.kinds import DEFAULT, Kind, Value, plain_number

TF_XLA = "--tf_xla_"
"""How flags of TensorFlow's bridge to XLA begin; XLA's own begin with ``--xla_``."""


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
            return f"emulated:{plain_number(float(match[1]))}"
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
