"""Errors that are written for the person who reads them."""

from __future__ import annotations


class ExplorerError(Exception):
    """Something went wrong and the person can do something about it.

    Attributes:
        what: What happened, naming the thing (file, stage, knob, size).
        expected: What was expected instead; empty where it goes without saying.
        remedy: How to mend it; empty where nothing can be done.
        details: The full technical text (a traceback), one click away; may be empty.
    """

    def __init__(
        self, what: str, *, expected: str = "", remedy: str = "", details: str = ""
    ) -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        """One line: what happened, what was expected, how to mend it."""
        parts = [self.what, self.expected and f"Expected: {self.expected}", self.remedy]
        return " ".join(_sentence(part) for part in parts if part)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the keyword parts when the error travels to another process."""
        return (_rebuild, (type(self), self.what, self.expected, self.remedy, self.details))


class InputError(ExplorerError):
    """Bad input: an unknown knob, a value out of range, a missing folder. Exit code 2."""


class RunError(ExplorerError):
    """A run that was under way could not go on."""


class Cancelled(Exception):  # noqa: N818 - it is not an error
    """Raised inside long work when the person pressed Stop."""


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _rebuild(
    kind: type[ExplorerError], what: str, expected: str, remedy: str, details: str
) -> ExplorerError:
    return kind(what, expected=expected, remedy=remedy, details=details)
