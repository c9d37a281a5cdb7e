"""An exception as rules look at it: its kind, what it says, and where TensorFlow says it was."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass
from functools import cached_property

from core.faults.words import short
from core.user_code.errors import UserCodeError

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_AT_THE_FRONT = re.compile(
    r"^(?:\{\{function_node [^}]*\}\}\s*"
    r"|\d+ root error\(s\) found\.\s*\(0\)\s*[A-Z_]+:\s*"
    r"|Error in user-defined function passed to \S+ transformation with iterator: "
    r"[^:\s]+(?:::[^:\s]+)*:\s*"
    r"|Exception encountered when calling [^\n]*\n\s*"
    r"|in user code:\s*)+"
)
_AT_THE_END = re.compile(
    r"\s*(?:\[\[\{\{node|\[Op:|Arguments received by|Traceback \(most recent call last\)).*",
    re.DOTALL,
)
_NOISE = ("Graph execution error", "Detected at node", "Defined at", "<stack", 'File "', "[[")
_NODE = re.compile(r"\{\{node ([^}\s]+)")
_FILE_AND_WHY = re.compile(r"^(?:.*?: )?(?P<file>[^\n]+?); (?P<why>[A-Z][a-z ]+)", re.DOTALL)
_ERRNO = re.compile(
    r"\[Errno (?P<errno>\d+)\] (?P<why>[^:\n]+)(?:: (?P<file>'[^'\n]*'|\"[^\"\n]*\"))?"
)
_ITERATOR = re.compile(r"[Ii]terator:? \"?Iterator::Root((?:::[^:\s\"]+)*)")


@dataclass(frozen=True)
class ErrorInfo:
    """An exception, whatever raised it.

    Attributes:
        error: The exception itself.
        place: The person's own line where it was raised (``FILE, line N``); else empty.
        details: Technical text; of a person's own code their traceback, without our frames.
    """

    error: BaseException
    place: str = ""
    details: str = ""

    @staticmethod
    def of(error: BaseException, own: UserCodeError | None) -> ErrorInfo:
        """An exception, with what is known of the person's code that took part."""
        if own is None:
            return ErrorInfo(error, "", "".join(traceback.format_exception(error)))
        return ErrorInfo(error, own.place, own.details)

    def is_a(self, *names: str) -> bool:
        """Whether its class, or one that this is derived from, has one of these names."""
        return any(kind.__name__ in names for kind in type(self.error).__mro__)

    @property
    def is_of_tensorflow(self) -> bool:
        """Whether TensorFlow's runtime raised it."""
        return self.is_a("OpError")

    @cached_property
    def whole(self) -> str:
        """All that it says, without colours."""
        return _COLOURS.sub("", str(getattr(self.error, "message", "") or self.error))

    @cached_property
    def text(self) -> str:
        """What it says, without where in TensorFlow that was; the first telling line first."""
        text = _AT_THE_FRONT.sub("", self.whole.strip())
        if text.startswith(_NOISE):
            lines = [line.strip() for line in text.splitlines()]
            text = "\n".join(line for line in lines if line and not line.startswith(_NOISE))
            text = _AT_THE_FRONT.sub("", text)
        if isinstance(self.error, OSError) and self.error.strerror and not self.is_of_tensorflow:
            text = self.error.strerror
        shortened = _AT_THE_END.sub("", text, count=1).strip()
        return shortened or type(self.error).__name__

    @property
    def said(self) -> str:
        """The same in one line that a message can quote."""
        return short(self.text)

    @property
    def name(self) -> str:
        """What kind of error it is: of one in a Python function that TensorFlow called, its own."""
        return self.in_python or type(self.error).__name__

    @cached_property
    def in_python(self) -> str:
        """The class of the exception within a Python function in the pipeline; else empty."""
        match = re.match(r"(?:[A-Za-z_]\w*\.)*([A-Z]\w+): ?", self.text)
        return match.group(1) if match and "Traceback" in self.whole else ""

    @cached_property
    def node(self) -> str:
        """The operation in which it was raised, as TensorFlow names it; else empty."""
        match = _NODE.search(self.whole)
        return re.sub(r"_\d+$", "", match.group(1).rpartition("/")[2]) if match else ""

    @property
    def in_pipeline(self) -> bool:
        """Whether it came out of the iterator: not from the model."""
        return bool(self.way) or "IteratorGetNext" in self.whole

    @cached_property
    def way(self) -> tuple[str, ...]:
        """Nodes of the executed pipeline from its end to where it was raised, as far as told."""
        match = _ITERATOR.search(self.whole)
        if match is None:
            return ()
        return tuple(
            re.sub(r"\[\d+\]$", "", function)
            for function in match.group(1).split("::")
            if function and function != ":"
        )

    def file_of(self, why: str, errno: int) -> str | None:
        """The file of which the system said why it cannot be opened; None if it said otherwise."""
        error = self.error
        if isinstance(error, OSError) and not self.is_of_tensorflow:
            return str(error.filename or "a file") if error.errno == errno else None
        match = _ERRNO.search(self.text)
        if match:
            here = int(match["errno"]) == errno
            return (match["file"] or "a file").strip("'\"") if here else None
        match = _FILE_AND_WHY.match(self.text)
        return match["file"] if match and match["why"].startswith(why) else None
