"""Worker processes of code that people copy: the helper in it leaves them to the end of Python."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from loky import process_executor, reusable_executor


@contextlib.contextmanager
def loky_at_an_end() -> Iterator[None]:
    """Afterwards, no worker of the helper is left, and no thread that looks after them."""
    yield
    for manager in list(process_executor._threads_wakeups):
        executor = manager.executor_reference()
        if not isinstance(executor, reusable_executor._ReusablePoolExecutor):
            continue  # of a pool of the program, which ends it
        feeder = executor._call_queue._thread
        executor.shutdown(wait=True, kill_workers=True)
        if feeder is not None:
            feeder.join()
