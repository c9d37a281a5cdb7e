"""All rules in the order in which they are asked, and what asks them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from core.faults.context import FailureContext
from core.faults.data_and_model import (
    generator_element,
    inputs_and_model,
    label_out_of_range,
    labels_and_loss,
    no_labels,
    padded_shapes,
    row_shape,
    unequal_shapes,
    uneven_replicas,
)
from core.faults.explanation import Explanation, Rule
from core.faults.files import (
    cache_damaged,
    cache_locked,
    damaged_image,
    damaged_numpy,
    damaged_snapshot,
    damaged_tfrecord,
    example_features,
    file_missing,
    fixed_length_records,
    folder_as_file,
    no_file_matches,
    no_permission,
    table_row,
    text_as_numbers,
    too_many_open_files,
)
from core.faults.files.disk_full import disk_full
from core.faults.process import (
    missing_package,
    no_room_for_code,
    other_version,
    out_of_memory,
    python_elsewhere,
    python_function,
    worker_died,
)
from core.faults.raised import ErrorInfo
from core.faults.words import path, short
from core.model.errors import Cancelled, ExplorerError, RunError
from core.user_code.errors import UserCodeError

RULES: tuple[Rule, ...] = (
    python_elsewhere.rule,
    worker_died.rule,
    missing_package.rule,
    other_version.rule,
    generator_element.rule,
    file_missing.rule,
    no_permission.rule,
    folder_as_file.rule,
    no_file_matches.rule,
    too_many_open_files.rule,
    out_of_memory.rule,
    no_room_for_code.rule,
    cache_locked.rule,
    cache_damaged.rule,
    uneven_replicas.rule,
    unequal_shapes.rule,
    padded_shapes.rule,
    row_shape.rule,
    example_features.rule,
    table_row.rule,
    fixed_length_records.rule,
    damaged_tfrecord.rule,
    damaged_numpy.rule,
    damaged_image.rule,
    damaged_snapshot.rule,
    inputs_and_model.rule,
    label_out_of_range.rule,
    labels_and_loss.rule,
    no_labels.rule,
    text_as_numbers.rule,
    python_function.rule,
)


def explain(error: BaseException, context: FailureContext | None = None) -> ExplorerError:
    """An error that says what happened, what was expected and how to mend it.

    Args:
        error: Whatever was raised. An ``ExplorerError`` is returned as it is, unless it tells of
            a person's code and a rule knows more of what that raised.
        context: What is known of the run.

    Returns:
        The same in words; the technical text is kept as details, what was raised as the cause.
    """
    told = _explained(error, context)
    if told is not error:
        told.__cause__ = error
    return told


def _explained(error: BaseException, context: FailureContext | None) -> ExplorerError:
    if isinstance(error, ExplorerError) and not isinstance(error, UserCodeError):
        return error
    known = context if context is not None else FailureContext()
    # Before all others: TensorFlow tells of a full disk in the words that it has for memory.
    full = disk_full(error, known.scratch)
    if full is not None:
        return full
    own = error if isinstance(error, UserCodeError) else known.theirs(error)
    cause = error.__cause__ if isinstance(error, UserCodeError) else error
    raised = ErrorInfo.of(cause if cause is not None else error, own)
    for rule in RULES:
        told = _asked(rule, raised, known)
        if told is not None:
            return _error(told, raised)
    if own is not None:
        return _of_their_code(own)
    return _error(_unknown(raised, known), raised)


def _asked(rule: Rule, raised: ErrorInfo, context: FailureContext) -> Explanation | None:
    try:
        return rule(raised, context)
    except Exception:
        # A file may go while it is looked at. The run has failed already: what went wrong with
        # finding the reason must not take its place.
        return None


@contextlib.contextmanager
def explained(context: FailureContext | None = None) -> Iterator[None]:
    """Turn what is raised within into an error in words.

    Raises:
        ExplorerError: What was raised, as ``explain`` tells it.
    """
    try:
        yield
    except Cancelled:
        raise
    except Exception as error:
        told = explain(error, context)
        if told is error:
            raise
        raise told from error


def _error(told: Explanation, raised: ErrorInfo) -> RunError:
    details = "\n".join(part for part in (told.more, raised.details) if part)
    return RunError(told.what, expected=told.expected, remedy=told.remedy, details=details)


def _of_their_code(own: UserCodeError) -> UserCodeError:
    """Their own error, in one line."""
    file, comma, line = own.place.rpartition(", line ")
    place = f"{path(file)}{comma}{line}" if comma else path(own.place)
    return UserCodeError.at(
        place, short(own.said), expected=own.expected, remedy=own.remedy, details=own.details
    )


def _unknown(raised: ErrorInfo, context: FailureContext) -> Explanation:
    """What no rule knows: at least its kind, its words and where it was."""
    stage = context.place(raised)
    if raised.is_of_tensorflow and stage:
        return Explanation(
            f"{stage} failed on an element: {raised.said} ({raised.name})",
            "a stage that takes every element of the data",
            "Look at what it is given there; the details show all that TensorFlow says.",
        )
    return Explanation(
        f"{raised.name}: {raised.said}{context.at(raised)}",
        "a run that goes through to its end",
        "The details show where it was raised.",
    )
