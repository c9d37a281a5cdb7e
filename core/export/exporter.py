"""What an exporter of runs is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from core.model.run import Run


class Exporter(ABC):
    """One format is one subclass in one file of ``core/export``.

    Class attributes:
        id: What the command line calls it, also the ending of its files.
        label: What menus show.
        help: What is in it, in a sentence.
    """

    id: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str]

    @abstractmethod
    def text(self, runs: Sequence[Run]) -> str:
        """The runs in this format, in the order given. The text is written as UTF-8."""
