"""What a function raised in a worker, raised again where it is waited for."""

from __future__ import annotations

import builtins

from core.process_pool.worker import Raised


def raised_again(raised: Raised) -> Exception:
    """The same kind of exception with the same message, and the traceback of the worker behind."""
    known = getattr(builtins, raised.kind, None)
    error: Exception | None = None
    if isinstance(known, type) and issubclass(known, Exception):
        try:
            error = known(raised.message)
        except TypeError:  # UnicodeDecodeError and its like take more than a message
            error = None
    if error is None:
        error = type(raised.kind, (Exception,), {})(raised.message)
    if hasattr(error, "add_note"):
        error.add_note(f"\n{raised.traceback_text}")
    else:  # Python 3.10
        error.__cause__ = RuntimeError(f"\n{raised.traceback_text}")
    return error
