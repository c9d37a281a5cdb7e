"""What a function raised in a worker, raised again where it is waited for."""

from __future__ import annotations

import builtins

from core.process_pool.worker import Raised


class TracebackThere(Exception):  # noqa: N818 - it holds a traceback
    """The traceback in the worker."""

    def __str__(self) -> str:
        """The traceback alone."""
        return f"\n{self.args[0]}"


def raised_again(raised: Raised) -> Exception:
    """The same kind of exception with the same message, caused by the traceback in the worker."""
    known = getattr(builtins, raised.kind, None)
    error: Exception | None = None
    if isinstance(known, type) and issubclass(known, Exception):
        try:
            error = known(raised.said)
        except TypeError:  # UnicodeDecodeError and its like take more than a message
            error = None
    if error is None:
        error = type(raised.kind, (Exception,), {})(raised.said)
    error.__cause__ = TracebackThere(raised.told)
    return error
