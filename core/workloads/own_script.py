"""Runs a person's training script up to its first ``model.fit`` and takes over from there."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.lazy import keras, tf
from core.model.errors import InputError
from core.model.recorded_call import RecordedCall
from core.model.workload_name import SCRIPT
from core.pipeline.observed.calls import recorded_calls
from core.pipeline.observed.observer import Change, Observer
from core.pipeline.observed.observer import Path as CallPath
from core.workloads.own_errors import theirs
from core.workloads.own_file import python_file
from core.workloads.own_process import beside

_NAMES = ("x", "y", "batch_size", "epochs", "verbose", "callbacks")
"""The first positional arguments of ``Model.fit``."""
_PASSED_ON = ("class_weight",)


@dataclass(frozen=True)
class OwnScript:
    """A script and the arguments that it is run with.

    Attributes:
        file: The script, absolute.
        arguments: As the command line gives them.
    """

    file: Path
    arguments: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """One text that says which it is."""
        return f"{SCRIPT}{shlex.join((str(self.file), *self.arguments))}"

    @staticmethod
    def parse(file: str, arguments: tuple[str, ...] = ()) -> OwnScript:
        """Read what the command line gives.

        Raises:
            InputError: There is no such file.
        """
        return OwnScript(python_file(file), arguments)


@dataclass(frozen=True)
class Reached:
    """What a script was about to train.

    Attributes:
        model: The compiled ``keras.Model``.
        dataset: The ``tf.data.Dataset`` of batches.
        calls: The tf.data calls that it comes from.
        arguments: What else ``fit`` was given, by name.
    """

    model: Any
    dataset: Any
    calls: tuple[RecordedCall, ...]
    arguments: Mapping[str, Any]

    @property
    def epochs(self) -> int:
        """As the script has it."""
        return int(self.arguments.get("epochs") or 1)

    @property
    def steps_per_epoch(self) -> int | None:
        """As the script has it; None for the whole data."""
        steps = self.arguments.get("steps_per_epoch")
        return None if steps is None else int(steps)

    @property
    def callbacks(self) -> tuple[Any, ...]:
        """The script's own."""
        found = self.arguments.get("callbacks") or ()
        return tuple(found) if isinstance(found, (list, tuple)) else (found,)

    @property
    def passed_on(self) -> dict[str, Any]:
        """What the training is not the same without."""
        given = {name: self.arguments.get(name) for name in _PASSED_ON}
        return {name: value for name, value in given.items() if value is not None}


class _FitReached(BaseException):
    """Ends the script where it would have trained; no ``except Exception`` of theirs stops it."""

    def __init__(self, model: Any, arguments: dict[str, Any]) -> None:
        super().__init__("model.fit was reached")
        self.model, self.arguments = model, arguments


def reach_fit(script: OwnScript, changes: Mapping[CallPath, Change] | None = None) -> Reached:
    """Run a script until it calls ``model.fit``; what stands behind that does not run.

    Args:
        script: What to run, as ``python script.py arguments``.
        changes: What is done at its tf.data calls.

    Raises:
        InputError: It ends without, or what it trains on is no ``tf.data.Dataset``.
        RunError: It raised; with its own traceback.
    """
    with Observer(_run.__code__, changes) as observer, _stopped_at_fit():
        try:
            with theirs(script.file):
                _run(script)
        except _FitReached as reached:
            found = reached
        else:
            raise InputError(
                f"{script.file.name} ended without a call of model.fit",
                expected="a script that trains a keras.Model with model.fit(dataset)",
                remedy="If training stands in a function, call it at the end of the script, or "
                "open the function that makes the dataset: FILE.py:FUNCTION.",
            )
        dataset = found.arguments.get("x")
        if not isinstance(dataset, tf.data.Dataset):
            raise InputError(
                f"{script.file.name} trains on {type(dataset).__name__}, not on a tf.data.Dataset",
                expected="model.fit(dataset)",
                remedy="tf.data.Dataset.from_tensor_slices((x, y)).batch(n) makes one of arrays.",
            )
        return Reached(
            found.model, dataset, recorded_calls(observer, dataset), dict(found.arguments)
        )


def _run(script: OwnScript) -> None:
    """The frame of this function is where the person's code begins."""
    source = script.file.read_bytes()
    namespace: dict[str, Any] = {
        "__name__": "__main__",
        "__file__": str(script.file),
        "__builtins__": __builtins__,
        "__doc__": None,
    }
    with beside(script.file), _arguments(script):
        exec(compile(source, str(script.file), "exec"), namespace)


@contextlib.contextmanager
def _arguments(script: OwnScript) -> Iterator[None]:
    before = sys.argv
    sys.argv = [str(script.file), *script.arguments]
    try:
        yield
    finally:
        sys.argv = before


@contextlib.contextmanager
def _stopped_at_fit() -> Iterator[None]:
    """While it is entered, ``keras.Model.fit`` ends the script; afterwards it is as it was."""
    model = keras.Model
    own = vars(model).get("fit")

    def fit(self: Any, *arguments: Any, **keywords: Any) -> Any:
        given = {**dict(zip(_NAMES, arguments, strict=False)), **keywords}
        raise _FitReached(self, given)

    model.fit = fit
    try:
        yield
    finally:
        if own is None:
            del model.fit
        else:
            model.fit = own
