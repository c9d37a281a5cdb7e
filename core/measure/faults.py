"""Turns what TensorFlow and Keras raise into what a person can act on."""

from __future__ import annotations

import re
import traceback
from typing import Any

from core.lazy import tf
from core.model.errors import ExplorerError, RunError

_NOISE = (
    "Graph execution error",
    "Detected at node",
    "Defined at",
    "Traceback",
    "[[",
    "[Op:",
    "<stack",
)
_PYTHON_ERROR = re.compile(r"^(\w*(?:Error|Exception|Interrupt|Warning)): ?(.*)$", re.MULTILINE)


def explain(error: BaseException) -> ExplorerError:
    """An error that says what happened, what was expected and how to mend it.

    An ``ExplorerError`` is returned as it is. The full traceback is kept as details.
    """
    if isinstance(error, ExplorerError):
        return error
    details = "".join(traceback.format_exception(error))
    message = _message(error)
    errors = tf.errors
    if isinstance(error, (MemoryError, errors.ResourceExhaustedError)):
        return RunError(
            f"The run ran out of memory ({message})",
            expected="buffers, cache and batches that fit into memory",
            remedy="Make batch, shuffle or prefetch buffers smaller, or cache on disk.",
            details=details,
        )
    if isinstance(error, errors.NotFoundError):
        return RunError(
            f"A file that the pipeline reads is not there ({message})",
            remedy="Run again: generated data are made anew. Own data must be put back.",
            details=details,
        )
    if isinstance(error, errors.DataLossError):
        return RunError(
            f"A file that the pipeline reads is damaged ({message})",
            remedy="Run again: damaged generated data are made anew. Own files must be replaced.",
            details=details,
        )
    python_error = _python_error_in_graph(error)
    if python_error:
        return RunError(
            f"A Python function in the pipeline raised {python_error}",
            expected="a function that takes every element",
            remedy="The details show the line that raised it.",
            details=details,
        )
    return RunError(
        f"{type(error).__name__}: {message}",
        remedy="The details show where it was raised.",
        details=details,
    )


def damaged_files(error: BaseException, files: str) -> ExplorerError:
    """A run that failed on some of its files, which were then found."""
    return RunError(
        f"The run failed on damaged files: {files}",
        expected="files that can be decoded to their end",
        remedy="Move these files elsewhere or replace them, then run again.",
        details="".join(traceback.format_exception(error)),
    )


def no_tensors(dataset: Any) -> ExplorerError | None:
    """Batches that no model takes: datasets, as ``window`` gives them. None where all is well."""
    specs = tf.nest.flatten(dataset.element_spec)
    if not any(isinstance(one, tf.data.DatasetSpec) for one in specs):
        return None
    return RunError(
        "Its elements cannot be trained on: each holds a dataset within a dataset",
        expected="batches of tensors",
        remedy="Measure the pipeline alone, or make tensors of them with flat_map.",
    )


def no_batches() -> ExplorerError:
    """The pipeline ended before its first batch, which Keras takes for success."""
    return RunError(
        "The pipeline delivered 0 batches, so nothing was trained",
        expected="at least one batch an epoch",
        remedy=(
            "Look at the source for data, and at batch.drop_remainder: with it, a batch size "
            "above the number of examples leaves nothing."
        ),
    )


def _message(error: BaseException) -> str:
    """The first line that says something: TensorFlow begins with where, not with what."""
    text = str(getattr(error, "message", "") or error)
    lines = [line.strip() for line in text.splitlines()]
    telling = [line for line in lines if line and not line.startswith(_NOISE)]
    # The lines of a stack that TensorFlow prints before its message begin with "File".
    telling = [line for line in telling if not line.startswith('File "')] or telling
    return (telling[0] if telling else type(error).__name__)[:300]


def _python_error_in_graph(error: BaseException) -> str:
    """The Python exception inside an error of a numpy_function or py_function, else empty."""
    text = str(getattr(error, "message", ""))
    if not isinstance(error, tf.errors.OpError) or "Traceback" not in text:
        return ""
    found = _PYTHON_ERROR.findall(text)
    return f"{found[-1][0]}: {found[-1][1]}"[:300] if found else ""
