"""Where the process of an isolated run begins. Nothing heavy is imported before it forks."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from core.engines.guard import guard, subreaper
from core.process_pool.lifeline import die_with_parent

if TYPE_CHECKING:
    from core.engines.trainer import Trainer

_KILLED_FIRST = "500"
"""Where memory runs out, Linux rather takes this process than the window (``oom_score_adj``)."""

LOST = 70
"""Exit code of a process whose program was gone before it began (``EX_SOFTWARE``)."""


def main(trainer: Callable[[int, int], Trainer] | None = None) -> None:
    """Guard and train; ends the process.

    Standard input is the pipe of orders, standard output that of events, standard error takes
    what is printed. All are put out of the way of what the person's code does with them. The
    process id of the program is 0 where it is on another machine.

    Args:
        trainer: Makes what trains, from the ends of the two pipes; None for the real one.
    """
    program = int(sys.argv[1])
    orders, events = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if hasattr(os, "fork"):
        if program and os.getppid() != program:
            os._exit(LOST)
        subreaper()
        first = os.getpid()
        inner = (*os.pipe(), *os.pipe()) if not program else ()
        second = os.fork()
        if second:
            if inner:
                _guard_here(second, (orders, events), inner)
            os.close(events)
            guard(second, orders, program)
        if inner:
            for end in (orders, events, inner[1], inner[2]):
                os.close(end)
            orders, events = inner[0], inner[3]
        die_with_parent()
        if os.getppid() != first:
            os._exit(LOST)
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write(_KILLED_FIRST)
    _train(trainer, orders, events)


def _guard_here(trainer: int, program: tuple[int, int], inner: tuple[int, ...]) -> NoReturn:
    """Guard where the program is on another machine: everything passes through the guard."""
    from core.engines.far_guard import FarGuard

    reads_orders, writes_orders, reads_events, writes_events = inner
    os.close(reads_orders)
    os.close(writes_events)
    FarGuard(trainer, program, (reads_events, writes_orders)).guard()


def _train(trainer: Callable[[int, int], Trainer] | None, orders: int, events: int) -> None:
    import atexit
    import faulthandler

    faulthandler.enable()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
    if trainer is None:
        from core.engines.trainer import Trainer

        trainer = Trainer
    trainer(orders, events).serve()
    with contextlib.suppress(Exception):
        # What code of theirs wants done at the end. TensorFlow's own threads are not waited for.
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(0)
