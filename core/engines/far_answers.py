"""What is in folders and Python files of another machine: asked here, answered there.

Nothing of a file is run for that.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from core.model.errors import ExplorerError, InputError
from core.model.run import Failure
from core.model.user_code import UserCode
from core.model.user_code_files import content
from core.user_code.discovery import Offer, Offers, offers
from core.user_code.opening import is_script
from core.user_code.user_function import content_hash, python_file

_MOST_NAMES = 5_000
"""Of a folder, folders and files each."""
_MOST_BYTES = 700_000
"""Of a file whose text is sent: a record's texts are no longer than a megabyte."""


@dataclass(frozen=True)
class FarQuestion:
    """What is in a folder, or in a Python file; nothing of it is run.

    Attributes:
        path: Where; a relative one begins in the home folder.
        folder: A folder is asked about, not a file.
    """

    path: str
    folder: bool = False


@dataclass(frozen=True)
class FarAnswer:
    """The answer to a question.

    Attributes:
        path: The folder or the file, absolute.
        folders: Names of the folders in a folder.
        files: Names of the Python files in it.
        stamp: SHA-256 of a file's content.
        offered: What could be opened in it, the likeliest first.
        fits: Lines of it that call ``fit``.
        runs: It does something when it is run.
        script: It is a training script: see ``core.user_code.opening.is_script``.
        failure: Why there is no answer.
    """

    path: str = ""
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    stamp: str = ""
    offered: tuple[Offer, ...] = ()
    fits: tuple[int, ...] = ()
    runs: bool = False
    script: bool = False
    failure: Failure | None = None

    @property
    def offers(self) -> Offers:
        """What is in the file."""
        return Offers(Path(self.path), self.offered, self.fits, self.runs)


def answered(question: FarQuestion) -> FarAnswer:
    """Answer a question about the files of this machine."""
    try:
        path = Path.home() / Path(question.path).expanduser()
        return _folder(path) if question.folder else _file(path)
    except ExplorerError as error:
        return FarAnswer(failure=Failure.of(error))
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return FarAnswer(
            failure=Failure.of(InputError(f"{question.path} cannot be read ({reason})"))
        )


def _folder(path: Path) -> FarAnswer:
    folders, files = [], []
    with os.scandir(path) as entries:
        for entry in entries:
            try:
                if entry.is_dir():
                    folders.append(entry.name)
                elif entry.name.endswith(".py"):
                    files.append(entry.name)
            except OSError:
                continue  # a link to nothing
    return FarAnswer(os.path.normpath(path), _sorted(folders), _sorted(files))


def _sorted(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=str.lower)[:_MOST_NAMES])


def _file(path: Path) -> FarAnswer:
    file = python_file(str(path))
    offered = offers(file)
    return FarAnswer(
        str(file),
        stamp=content_hash(file),
        offered=offered.offered,
        fits=offered.fits,
        runs=offered.runs,
        script=is_script(str(file)),
    )


def texts_of(code: UserCode) -> tuple[tuple[str, str], ...]:
    """Paths and contents (base64) of the files that a patch of someone's code may change."""
    sites = [site for call in code.opened.calls for site in call.path if not site.library]
    functions = [call.function.file for call in code.opened.calls if call.function is not None]
    others = [name for name, _ in code.opened.others]
    texts = []
    for name in dict.fromkeys((code.file, *others, *(site.file for site in sites), *functions)):
        try:
            read = content(Path(name))
        except OSError:
            continue  # no file of theirs: code that was made while it ran
        if len(read) <= _MOST_BYTES:
            texts.append((name, base64.b64encode(read).decode()))
    return tuple(texts)


def read_texts(texts: tuple[tuple[str, str], ...]) -> dict[str, bytes]:
    """Contents by path, of what ``texts_of`` gave.

    Raises:
        ValueError: It is something else.
    """
    return {name: base64.b64decode(text, validate=True) for name, text in texts}
