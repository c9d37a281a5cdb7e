"""What a record of someone's own code would have a process open, known without opening it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.model import checked
from core.model.plain_json import parsed_object
from core.workloads.own import Stamps
from core.workloads.own_file import agreed_stamp
from core.workloads.own_offers import WORKLOAD


@dataclass(frozen=True)
class Declared:
    """What a record names.

    Attributes:
        kind: ``function``, ``script`` or ``workload``.
        file: The file whose code would run.
        stamp: SHA-256 that its content had.
        arguments: What a script gets.
        others: Hashes of modules in its folder that it imported, by path.
    """

    kind: str
    file: Path
    stamp: str
    arguments: tuple[str, ...] = ()
    others: Stamps = ()

    @property
    def agreed(self) -> str:
        """What must have been agreed to before any of it is run."""
        return agreed_stamp(self.stamp, self.arguments)

    @property
    def workload_id(self) -> str:
        """The id of what a file with a declared workload makes; see ``OwnWorkload``."""
        return f"{self.file}:{WORKLOAD}@{self.stamp[:8]}"


def declared(text: str) -> Declared:
    """What a record names.

    Raises:
        ValueError: It is none; says why.
    """
    try:
        found = parsed_object(text)
        return Declared(
            checked.text(found["kind"], checked.MOST_KEY_CHARACTERS),
            Path(plain(found["file"])),
            checked.text(found["stamp"], checked.MOST_KEY_CHARACTERS),
            tuple(map(plain, checked.items(found.get("arguments", [])))),
            tuple(
                (plain(name), checked.text(stamp, checked.MOST_KEY_CHARACTERS))
                for name, stamp in checked.items(found.get("others", []))
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks something ({error})") from error


def plain(found: object) -> str:
    """The name of a file, or an argument.

    Raises:
        ValueError: It is none.
    """
    text = checked.text(found, checked.MOST_VALUE_CHARACTERS)
    if "\0" in text:
        raise ValueError("no file and no argument has a NUL in it")
    return text
