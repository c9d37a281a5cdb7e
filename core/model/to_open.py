"""What is to be opened, in the words of the command line."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.model.environment import far_name


@dataclass(frozen=True)
class ToOpen:
    """A function, a workload or a training script in a file.

    Attributes:
        text: ``FILE.py:FUNCTION`` or ``FILE.py``.
        arguments: Those of a training script; None where it is none.
        fit: Which call of ``fit`` on a ``tf.data.Dataset`` of a script is wanted, from 1.
        machine: Where the file is, as ssh takes it; empty for this machine. The path is absolute
            there.
    """

    text: str
    arguments: tuple[str, ...] | None = None
    fit: int = 1
    machine: str = ""

    @property
    def file(self) -> Path:
        """The file, absolute."""
        text = self.text if self.text.endswith(".py") else self.text.rpartition(":")[0]
        if self.machine:
            return Path(text)
        return Path(text).expanduser().absolute()

    @property
    def absolute(self) -> ToOpen:
        """The same from any working directory."""
        if self.machine:
            return self
        name = self.text.rpartition(".py")[2]
        return replace(self, text=f"{self.file}{name}")

    @property
    def short(self) -> str:
        """Without the folder: ``train.py:make_dataset``, ``train.py --epochs 3``."""
        if self.arguments is not None:
            said = shlex.join((self.file.name, *self.arguments))
            return said if self.fit == 1 else f"{said} (fit {self.fit})"
        return self.file.name + self.text.rpartition(".py")[2]

    @property
    def whole(self) -> str:
        """With the folder, and the machine."""
        return far_name(self.machine, str(self.file.parent / self.short))

    @property
    def folder(self) -> str:
        """The folder of the file, with the machine: what an interpreter is remembered for."""
        return far_name(self.machine, str(self.file.parent))

    def as_json(self) -> dict[str, Any]:
        """To be remembered."""
        arguments = None if self.arguments is None else list(self.arguments)
        known = {"text": self.text, "arguments": arguments, "fit": self.fit}
        return {**known, "machine": self.machine} if self.machine else known

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> ToOpen:
        """What ``as_json`` gave.

        Raises:
            ValueError: It is something else.
        """
        text, arguments = document.get("text"), document.get("arguments")
        fit = document.get("fit", 1)
        if not isinstance(text, str) or ".py" not in text:
            raise ValueError("no file is named")
        try:
            ToOpen(text).file  # noqa: B018 - a home that nobody has is found here
        except RuntimeError as error:
            raise ValueError("no such home") from error
        machine = document.get("machine", "")
        if not isinstance(machine, str):
            raise ValueError("machine is no text")
        if arguments is None:
            return ToOpen(text, machine=machine)
        if not isinstance(arguments, list):
            raise ValueError("the arguments are no list")
        if type(fit) is not int or fit < 1:
            raise ValueError("fit is no number from 1")
        return ToOpen(text, tuple(str(argument) for argument in arguments), fit, machine)
