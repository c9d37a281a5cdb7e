"""What a person's code raises, as an error with their traceback down to their line."""

from __future__ import annotations

import contextlib
import re
import traceback
from collections.abc import Iterator
from pathlib import Path

from core.model.errors import ExplorerError, InputError, RunError
from core.user_code.observed.frames import is_library
from core.user_code.observed.generated import is_generated

_HERE = str(Path(__file__).parents[2] / "core")
_IN_USER_CODE = re.compile(r'File "([^"\n]+)", line (\d+)')

_MEND = "Fix this line and open the file again."
_ENDED = (
    "It ended itself: the details show what it printed. A script may need arguments of its own."
)
MISSING_PACKAGE = (
    "Choose a Python that has it (--python VENV, or interpreter in the window), or install it into "
    "the one in use. A module of your own is found beside the file, or in PYTHONPATH."
)
"""What to do about an import that fails."""
_TRACEBACK = "Traceback (most recent call last):"
_FRAME = re.compile(
    r'^ +File "(?P<file>[^"\n]+)", line (?P<line>\d+), in [^\n]+\n(?: {4,}[^\n]*\n)*', re.M
)
"""A frame of a traceback with the lines that belong to it."""


class UserCodeError(RunError):
    """What a person's own code raised.

    Attributes:
        place: Their line: ``FILE, line N``; the file alone where no line is known.
        said: What was raised, in a line: ``ValueError: a bad element``.
    """

    place = ""
    said = ""

    @staticmethod
    def at(place: str, said: str, *, expected: str, remedy: str, details: str) -> UserCodeError:
        """An error at a line of theirs."""
        error = UserCodeError(f"{place}: {said}", expected=expected, remedy=remedy, details=details)
        error.place, error.said = place, said
        return error


@contextlib.contextmanager
def theirs(file: Path) -> Iterator[None]:
    """Turn what the person's code raises into an error with their traceback, not ours.

    Raises:
        RunError: What was raised and at which line of theirs.
    """
    try:
        yield
    except (InputError, RunError):
        raise
    except (Exception, SystemExit) as error:
        raise user_code_error(error, file) from error


def user_code_error(error: BaseException, file: Path) -> UserCodeError:
    """An error that names the person's line; the details are the traceback down to there."""
    said = traceback.format_exception_only(error)[-1].strip()
    ends_itself = isinstance(error, SystemExit)
    return UserCodeError.at(
        _where(error, file),
        _short(_plain(said)),
        expected="code that runs to its end",
        remedy=_ENDED if ends_itself else _remedy(said),
        details="".join(_only_theirs(traceback.TracebackException.from_exception(error)).format()),
    )


def error_while_running(error: BaseException, file: Path) -> UserCodeError | None:
    """What went wrong in a run, if it was their code: as an error that names their line.

    A Python function in a pipeline is called by TensorFlow, which passes its traceback on as text.

    Returns:
        None where no line of theirs took part.
    """
    if isinstance(error, ExplorerError):
        return None
    told = _in_text(str(error))
    if told is not None:
        return told
    frames = traceback.extract_tb(error.__traceback__)
    return (
        user_code_error(error, file)
        if any(_is_theirs(frame.filename) for frame in frames)
        else None
    )


def _in_text(text: str) -> UserCodeError | None:
    # Where a node was made is told by TensorFlow in frames too; those are of no error.
    _, traced, text = text.rpartition(_TRACEBACK)
    matches = [match for match in _FRAME.finditer(text) if traced and _is_theirs(match["file"])]
    if not matches:
        return None
    lines = text[matches[-1].end() :].splitlines()
    said = next((line for line in lines if line.strip() and not line[0].isspace()), "an error")
    shown = "\n".join(match.group().rstrip() for match in matches)
    return UserCodeError.at(
        f"{matches[-1]['file']}, line {matches[-1]['line']}",
        said,
        expected="a function that takes every element of the data",
        remedy=_remedy(said),
        details=f"{_TRACEBACK}\n{shown}\n{said}\n",
    )


def _remedy(said: str) -> str:
    return MISSING_PACKAGE if said.startswith("ModuleNotFoundError") else _MEND


def _where(error: BaseException, file: Path) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}, line {error.lineno}"
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if _is_theirs(frame.filename)
    ]
    if not frames:
        return str(file)
    place = frames[-1].filename, frames[-1].lineno
    # In a function that AutoGraph converted, the message alone says which line it was.
    for name, line in _IN_USER_CODE.findall(str(error)):
        if _is_theirs(name):
            place = name, int(line)
    return f"{place[0]}, line {place[1]}"


def _short(said: str) -> str:
    """The last line of a message that quotes code, behind what was raised."""
    if "in user code" not in said:
        return said
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1]


def _plain(said: str) -> str:
    """Without colours, the names of TensorFlow's modules, and where Keras called a layer."""
    said = re.sub(r"\x1b\[[0-9;]*m", "", said)
    said = re.sub(r"^(?:tensorflow|keras)(?:\.\w+)*\.(?=[A-Z])", "", said)
    return re.sub(r"^(\w+: )?Exception encountered when calling [^\n]*\n\s*", r"\1", said)


def _only_theirs(traced: traceback.TracebackException) -> traceback.TracebackException:
    """A traceback from their first line to their last: libraries show only in between."""
    stack = list(traced.stack)
    own = [index for index, frame in enumerate(stack) if _is_theirs(frame.filename)]
    kept = stack[own[0] : own[-1] + 1] if own else []
    traced.stack = traceback.StackSummary.from_list(
        [frame for frame in kept if not _is_machinery(frame.filename)]
    )
    for before in (traced.__cause__, traced.__context__):
        if before is not None:
            _only_theirs(before)
    return traced


def _is_machinery(name: str) -> bool:
    """How the code came to be run, not what it does: this application, importing, AutoGraph."""
    return name.startswith((_HERE, "<frozen")) or is_generated(name)


def _is_theirs(name: str) -> bool:
    return not (_is_machinery(name) or is_library(name))
