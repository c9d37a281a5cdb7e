"""Asking a driver that may never answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
Otherwise = TypeVar("Otherwise")


def answer_within(
    seconds: float, ask: Callable[[], Answer], otherwise: Otherwise
) -> Answer | Otherwise:
    """What a call gives, or something else where it takes too long.

    A call into a driver cannot be broken off: it goes on by itself on a thread that nobody waits
    for, not even the end of the program.

    Args:
        seconds: How long to wait.
        ask: The call; may be left running. What it raises is raised here.
        otherwise: The answer where it takes longer.
    """
    answers: list[Answer] = []
    errors: list[BaseException] = []

    def call() -> None:
        try:
            answers.append(ask())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=call, name="driver", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    return answers[0] if answers else otherwise
