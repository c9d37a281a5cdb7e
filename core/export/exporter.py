"""What an exporter of runs is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from core.analysis.comparisons.members import ExperimentMember, members
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

    def text(
        self, runs: Sequence[Run], membership: Mapping[str, ExperimentMember] | None = None
    ) -> str:
        """The runs in this format, in the order given. The text is written as UTF-8.

        Args:
            runs: What is exported.
            membership: The part of runs in comparisons and sweeps, by their ids, where other runs
                than these say more of it; None for what follows from these alone.
        """
        return self.written(runs, members(runs) if membership is None else membership)

    @abstractmethod
    def written(self, runs: Sequence[Run], members: Mapping[str, ExperimentMember]) -> str:
        """The runs in this format, with what is known of their part in experiments."""


class FolderExporter(ABC):
    """A format of many files, for a program that opens a folder; one file of ``core/export`` each.

    What was exported to the same folder before is written anew; other files in it stay.

    Class attributes:
        id: What the command line calls it.
        label: What menus show.
        help: What is in it, in a sentence.
        opens: The command that opens such a folder, with ``{folder}`` in it.
    """

    id: ClassVar[str]
    label: ClassVar[str]
    help: ClassVar[str]
    opens: ClassVar[str]

    @abstractmethod
    def write(self, runs: Sequence[Run], folder: Path) -> None:
        """Write the runs into a folder that is there.

        Raises:
            OSError: It cannot be written to.
        """
