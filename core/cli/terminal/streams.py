"""What goes to stdout (what was asked for, nothing else) and what to stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

from core.model.errors import ExplorerError
from core.text.plain_text import visible

NAME = "pipeline-explorer"


def say(text: str) -> None:
    """Write text to stdout, at once.

    Raises:
        BrokenPipeError: Nobody reads any more.
        ExplorerError: It cannot be written, as on a full disk.
    """
    if sys.stdout is None:  # started without a console
        return
    if sys.stdout.isatty():
        # A name or a note may come from anywhere; in a file it stays what it is.
        text = visible(text)
    try:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_stdout()
        raise ExplorerError(f"The output cannot be written ({error.strerror})") from error


def complain(text: str) -> None:
    """Write one line to stderr, with the name of the program in front."""
    to_stderr(f"{NAME}: {visible(' '.join(text.split()))}\n")


def to_stderr(text: str) -> None:
    """Write to stderr as it is; where that is closed, the text is lost and nothing else."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(text)
            sys.stderr.flush()


def drop_stdout() -> None:
    """Let what is still to be flushed go nowhere, so that the end of Python says nothing."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def stdout_to_stderr() -> Iterator[None]:
    """Send to stderr what is printed meanwhile, by Python and by native libraries alike."""
    if sys.stdout is not None:
        sys.stdout.flush()
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # without these two, native code has nowhere to print
            stdout = os.dup(1)
            stack.callback(_put_back, stdout)
            os.dup2(2, 1)
        if sys.stderr is not None:
            stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        yield


def _put_back(stdout: int) -> None:
    with contextlib.suppress(OSError):
        os.dup2(stdout, 1)
    os.close(stdout)
