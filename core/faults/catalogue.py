"""All rules in the order in which they are asked, and what asks them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from core.faults import (
    batching,
    caches,
    contents,
    damaged,
    memory,
    python_code,
    reading,
    shapes,
)
from core.faults.disk_full import disk_full
from core.faults.raised import Raised
from core.faults.reading import at
from core.faults.rule import Rule, Told
from core.faults.scene import Scene
from core.faults.words import path, short
from core.model.errors import Cancelled, ExplorerError, RunError
from core.workloads.own_errors import OwnError

RULES: tuple[Rule, ...] = (
    *python_code.FIRST,
    *reading.RULES,
    *memory.RULES,
    *caches.RULES,
    *batching.RULES,
    *contents.RULES,
    *damaged.RULES,
    damaged.ANY_DATA_LOSS,
    *shapes.RULES,
    *python_code.LAST,
)


def explain(error: BaseException, scene: Scene | None = None) -> ExplorerError:
    """An error that says what happened, what was expected and how to mend it.

    Args:
        error: Whatever was raised. An ``ExplorerError`` is returned as it is, unless it tells of
            a person's code and a rule knows more of what that raised.
        scene: What is known of the run; it is looked through for the file at fault.

    Returns:
        The same in words; the technical text is kept as details, what was raised as the cause.
    """
    told = _explained(error, scene)
    if told is not error:
        told.__cause__ = error
    return told


def _explained(error: BaseException, scene: Scene | None) -> ExplorerError:
    if isinstance(error, ExplorerError) and not isinstance(error, OwnError):
        return error
    known = scene if scene is not None else Scene()
    # Before all others: TensorFlow tells of a full disk in the words that it has for memory.
    full = disk_full(error, known.scratch)
    if full is not None:
        return full
    own = error if isinstance(error, OwnError) else known.theirs(error)
    cause = error.__cause__ if isinstance(error, OwnError) else error
    raised = Raised.of(cause if cause is not None else error, own)
    for rule in RULES:
        told = _told(rule, raised, known)
        if told is not None:
            return _error(told, raised)
    if own is not None:
        return _of_their_code(own)
    return _error(_unknown(raised, known), raised)


def _told(rule: Rule, raised: Raised, scene: Scene) -> Told | None:
    try:
        return rule.tell(raised, scene)
    except Exception:
        # A file may go, or change, while it is looked through. The run has failed already: what
        # went wrong with looking for the reason must not take its place.
        return None


@contextlib.contextmanager
def explained(scene: Scene | None = None) -> Iterator[None]:
    """Turn what is raised within into an error in words.

    Raises:
        ExplorerError: What was raised, as ``explain`` tells it.
    """
    try:
        yield
    except Cancelled:
        raise
    except Exception as error:
        told = explain(error, scene)
        if told is error:
            raise
        raise told from error


def _error(told: Told, raised: Raised) -> RunError:
    details = "\n".join(part for part in (told.more, raised.details) if part)
    return RunError(told.what, expected=told.expected, remedy=told.remedy, details=details)


def _of_their_code(own: OwnError) -> OwnError:
    """Their own error, in one line."""
    file, comma, line = own.place.rpartition(", line ")
    place = f"{path(file)}{comma}{line}" if comma else path(own.place)
    return OwnError.at(
        place, short(own.said), expected=own.expected, remedy=own.remedy, details=own.details
    )


def _unknown(raised: Raised, scene: Scene) -> Told:
    """What no rule knows: at least its kind, its words and where it was."""
    stage = scene.place(raised)
    if raised.is_of_tensorflow and stage:
        return Told(
            f"{stage} failed on an element: {raised.said} ({raised.name})",
            "a stage that takes every element of the data",
            "Look at what it is given there; the details show all that TensorFlow says.",
        )
    return Told(
        f"{raised.name}: {raised.said}{at(raised, scene)}",
        "a run that goes through to its end",
        "The details show where it was raised.",
    )
