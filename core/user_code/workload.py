"""What the workloads that a person opened have in common: a file, its content, an id of both."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from core.model.errors import InputError
from core.model.settings import Settings
from core.model.stage import SourceData
from core.model.user_code import UserCode
from core.user_code.errors import UserCodeError, error_while_running
from core.user_code.user_function import content_hash
from core.workloads.workload import Workload


@dataclass(frozen=True)
class UserWorkload(Workload):
    """A person's own code as a workload: a function, a script or a declared workload.

    What a built-in workload's class says of itself, each instance says here.

    Attributes:
        texts: What its files held when they were opened, by path, where they are on another
            machine; empty on this one, and where it is known from a recording alone.
    """

    id: ClassVar[str] = ""
    title: ClassVar[str] = ""
    description: ClassVar[str] = ""

    def __getattribute__(self, name: str) -> Any:
        """The id, title and description are those of the code."""
        if name in ("id", "title", "description"):
            return getattr(self, f"_code_{name}")
        return super().__getattribute__(name)

    @property
    def validation(self) -> bool:
        """There is a second dataset, of validation, which no run here uses."""
        return False

    @property
    @abstractmethod
    def code(self) -> UserCode:
        """See the base class."""

    def check(self, data: SourceData, settings: Settings) -> None:
        """The files must be those that were opened: nothing else is ever run.

        Raises:
            InputError: One is another, or gone.
        """
        opened = self.code.opened
        if opened.machine:
            return  # that machine itself looks, when it runs them
        for name, stamp in ((self.code.file, opened.stamp), *opened.others):
            if content_hash(Path(name)) != stamp:
                raise changed(name)

    def their_error(self, error: BaseException) -> UserCodeError | None:
        """See the base class."""
        return error_while_running(error, Path(self.code.file))


def changed(name: str) -> InputError:
    """A file is not as it was when it was opened."""
    return InputError(
        f"{name} has changed since it was opened",
        remedy="Open it again: the stages are then those of the new text.",
    )
