"""Runs a person's training script up to a ``model.fit`` and takes over from there."""

from __future__ import annotations

import ast
import contextlib
import shlex
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.lazy import tf
from core.model.environment import far_name
from core.model.errors import InputError, RunError
from core.model.recorded_call import RecordedCall, Site
from core.pipeline.workers.py_dataset import is_py_dataset
from core.text.plural import plural
from core.text.workload_name import SCRIPT, SCRIPT_FIT
from core.user_code.discovery import fits_in, offers
from core.user_code.errors import theirs
from core.user_code.keras_input import with_datasets, with_generator
from core.user_code.observe import made_at, undistributed
from core.user_code.observed.beside import calls_beside
from core.user_code.observed.calls import recorded_calls
from core.user_code.observed.observer import Observer
from core.user_code.observed.py_dataset import dataset_and_call
from core.user_code.observed.seen import CallPath, Change
from core.user_code.process_state import beside, is_below
from core.user_code.scratch_files import writing_to
from core.user_code.training import LOOKS_S, FitCall, Training, TrainingReached, watched
from core.user_code.user_function import names_bound, python_file
from core.workloads.validation import ValidationData

_PASSED_ON = ("class_weight",)


@dataclass(frozen=True)
class UserScript:
    """A script and the arguments that it is run with.

    Attributes:
        file: The script, absolute.
        arguments: As the command line gives them.
        fit: Which of its calls of ``fit`` is taken, from 1.
    """

    file: Path
    arguments: tuple[str, ...] = ()
    fit: int = 1

    @property
    def id(self) -> str:
        """One text that says which it is."""
        return self.id_on("")

    def id_on(self, machine: str) -> str:
        """The same with the machine that it is on, empty for this one."""
        which = () if self.fit == 1 else (f"{SCRIPT_FIT}{self.fit}",)
        file = far_name(machine, str(self.file))
        return f"{SCRIPT}{shlex.join((*which, file, *self.arguments))}"

    @staticmethod
    def parse(file: str, arguments: tuple[str, ...] = (), fit: int = 1) -> UserScript:
        """Read what the command line gives.

        Raises:
            InputError: There is no such file.
        """
        return UserScript(python_file(file), arguments, fit)


@dataclass(frozen=True)
class Reached:
    """What a script was about to train.

    Attributes:
        model: The compiled ``keras.Model``.
        dataset: The ``tf.data.Dataset`` of batches.
        calls: The tf.data calls that it comes from.
        arguments: What else ``fit`` was given, by name.
        place: The line that calls ``fit``.
        before: The calls of ``fit`` before it, which were cut to one step: what on, and where.
        made: The dataset that each call gave, by the call's key.
        beside: Calls that it does not come from and that matter.
        validation: What ``fit`` validates on; None where it does not, or on no dataset.
        sites: The call sites on the way to the call of ``fit``.
        since_s: Seconds since the call of ``fit`` before it ended; None for the first.
    """

    model: Any
    dataset: Any
    calls: tuple[RecordedCall, ...]
    arguments: Mapping[str, Any]
    place: str = ""
    before: tuple[str, ...] = ()
    made: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[RecordedCall, ...] = ()
    validation: ValidationData | None = None
    sites: tuple[Site, ...] = ()
    since_s: float | None = None

    @property
    def epochs(self) -> int:
        """So many as the script trains; ``epochs`` of ``fit`` counts those before it too."""
        first = int(self.arguments.get("initial_epoch") or 0)
        return max(1, int(self.arguments.get("epochs") or 1) - first)

    @property
    def steps_per_epoch(self) -> int | None:
        """As the script has it; None for the whole data."""
        steps = self.arguments.get("steps_per_epoch")
        return None if steps is None else int(steps)

    @property
    def callbacks(self) -> tuple[Any, ...]:
        """The script's own."""
        callbacks = self.arguments.get("callbacks") or ()
        return tuple(callbacks) if isinstance(callbacks, (list, tuple)) else (callbacks,)

    @property
    def passed_on(self) -> dict[str, Any]:
        """What the training is not the same without."""
        given = {name: self.arguments.get(name) for name in _PASSED_ON}
        if is_py_dataset(self.arguments.get("x")):
            # Keras shuffles its batches unless told otherwise; to a tf.data.Dataset it is nothing.
            given["shuffle"] = self.arguments.get("shuffle", True)
        return {name: value for name, value in given.items() if value is not None}


def reach_fit(
    script: UserScript,
    changes: Mapping[CallPath, Change] | None = None,
    scratch: Path | None = None,
) -> Reached:
    """Run a script until it calls ``model.fit``; what stands behind does not run.

    Calls of ``fit`` before that train for one step.

    Args:
        script: What to run, as ``python script.py arguments``.
        changes: What is done at its tf.data calls.
        scratch: Where what it writes goes once the call before has trained; None for where it says.

    Raises:
        InputError: It ends without, or trains in a loop of its own.
        RunError: It raised; with its own traceback.
    """
    seen: list[FitCall] = []

    def takes(call: FitCall) -> FitCall | None:
        seen.append(call)
        if len(seen) != script.fit:
            return None
        return replace(call, arguments=with_datasets(call.arguments))

    def after(call: FitCall) -> None:
        if scratch is not None and len(seen) == script.fit - 1:
            aside.enter_context(writing_to(scratch, call.model))

    def patience_s() -> float:
        folder = script.file.parent
        own = [module for module in list(sys.modules.values()) if is_below(module, folder)]
        files = [script.file, *(Path(str(module.__file__)) for module in own)]
        return LOOKS_S if any(map(fit_lines, files)) else 0.0

    main = types.ModuleType("__main__")
    namespace = vars(main)
    namespace |= {"__file__": str(script.file), "__builtins__": __builtins__}
    training = Training(script.file, _run.__code__, takes, after, patience_s)
    with (
        Observer(_run.__code__, changes) as observer,
        watched(training),
        contextlib.ExitStack() as aside,
    ):
        try:
            with theirs(script.file):
                _run(script, main)
        except TrainingReached:
            pass
        except RunError:
            if training.reached is None:  # else theirs went on behind it
                raise
        reached = training.reached
        if reached is None:
            raise _without_fit(script, seen)
        if reached.fit is None:
            raise _trains_by_itself(script, reached, namespace)
        dataset = reached.fit.arguments["x"]
        calls: tuple[RecordedCall, ...]
        others: tuple[RecordedCall, ...] = ()
        if is_py_dataset(dataset):
            dataset, call = dataset_and_call(dataset, changes, reached.fit.own_site)
            calls, made = (call,), {call.key: dataset}
        else:
            given, dataset = dataset, undistributed(dataset)
            calls = recorded_calls(observer, given) or recorded_calls(observer, dataset)
            made, others = made_at(observer, calls), calls_beside(observer, calls)
            calls = with_generator(calls, seen[-1].arguments.get("x"))
        return Reached(
            reached.fit.model,
            dataset,
            calls,
            reached.fit.arguments,
            reached.fit.place,
            tuple(fit_call.on for fit_call in training.cut),
            made,
            others,
            _validation(observer, reached.fit),
            reached.fit.sites,
            reached.fit.since_s,
        )


def _validation(observer: Observer, fit_call: FitCall) -> ValidationData | None:
    arguments = fit_call.arguments
    dataset, steps = arguments.get("validation_data"), arguments.get("validation_steps")
    if is_py_dataset(dataset):
        dataset, call = dataset_and_call(dataset, given_at=fit_call.own_site)
        calls: tuple[RecordedCall, ...] = (call,)
    elif isinstance(dataset, tf.data.Dataset):
        calls = recorded_calls(observer, dataset)
    else:
        return None
    if steps is None and int(dataset.cardinality()) == tf.data.INFINITE_CARDINALITY:
        return None
    every = arguments.get("validation_freq") or 1
    return ValidationData(
        dataset if steps is None else dataset.take(int(steps)),
        next((call.user_code_site for call in calls[-1:]), None),
        every if isinstance(every, int) else 1,
        any(call.method == "cache" for call in calls),
    )


def fit_lines(file: Path) -> tuple[int, ...]:
    """Lines of a file that call a method ``fit``, from the first to the last."""
    try:
        return fits_in(ast.parse(file.read_bytes()))
    except (OSError, SyntaxError, ValueError):
        return ()


_EXPECTED = "a script that trains a keras.Model with model.fit"


def _without_fit(script: UserScript, seen: Sequence[FitCall]) -> InputError:
    name = script.file.name
    if seen:
        places = ", ".join(f"{n} ({fit_call.place})" for n, fit_call in enumerate(seen, 1))
        return InputError(
            f"{name} calls model.fit {plural(len(seen), 'time')}, not {script.fit}",
            expected=f"--fit with one of {places}",
        )
    return InputError(
        f"{name} ended without a call of model.fit",
        expected=_EXPECTED,
        remedy="If training stands in a function, call it at the end of the script, or "
        f"open what makes the dataset: {_likely(script.file)}.",
    )


def _likely(file: Path, datasets: Sequence[str] = ()) -> str:
    """What could be opened instead, in words: these, or else functions that make datasets."""
    datasets = datasets or [offer.name for offer in offers(file).offered if offer.likely]
    return " or ".join(f"{file.name}:{name}" for name in datasets) or "FILE.py:FUNCTION"


def _trains_by_itself(
    script: UserScript, reached: TrainingReached, namespace: Mapping[str, Any]
) -> InputError:
    bound = names_bound(script.file)
    datasets = [
        name
        for name, value in namespace.items()
        if name in bound and isinstance(value, tf.data.Dataset)
    ]
    return InputError(
        f"{script.file.name} trains in a loop of its own, which cannot be measured: {reached.what}",
        expected=_EXPECTED,
        remedy=f"Open the dataset of the loop: {_likely(script.file, datasets)}.",
    )


def _run(script: UserScript, main: types.ModuleType) -> None:
    """The frame of this function is where the person's code begins."""
    source = script.file.read_bytes()
    with beside(script.file), _arguments(script), _as_main(main):
        try:
            # Not with the future statements of this file.
            exec(compile(source, str(script.file), "exec", dont_inherit=True), vars(main))
        except SystemExit as ended:
            if ended.code not in (None, 0):  # sys.exit(main()) is an end like any other
                raise


@contextlib.contextmanager
def _arguments(script: UserScript) -> Iterator[None]:
    before = sys.argv
    sys.argv = [str(script.file), *script.arguments]
    try:
        yield
    finally:
        sys.argv = before


@contextlib.contextmanager
def _as_main(main: types.ModuleType) -> Iterator[None]:
    """What looks a name of the script up by its module, such as a text of a type, finds it."""
    before = sys.modules["__main__"]
    sys.modules["__main__"] = main
    try:
        yield
    finally:
        sys.modules["__main__"] = before
