"""Runs a person's function while its tf.data calls are watched."""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from core.lazy import tf
from core.model.errors import InputError
from core.model.recorded_call import RecordedCall, Site
from core.pipeline.recorded_chain.epochs import endless
from core.pipeline.workers.py_dataset import for_fit, is_py_dataset
from core.pipeline.workers.py_dataset_workers import ended_workers
from core.user_code.errors import theirs
from core.user_code.find_function import function
from core.user_code.load_file import restore_settings, seed_of
from core.user_code.observed.beside import calls_beside
from core.user_code.observed.calls import recorded_calls
from core.user_code.observed.observer import Observer
from core.user_code.observed.py_dataset import dataset_and_call
from core.user_code.observed.seen import CallPath, Change
from core.user_code.process_state import beside, put_back, seeded
from core.user_code.training import Training, TrainingReached, watched
from core.user_code.user_function import UserFunction


class Observed(NamedTuple):
    """What came of a call of someone's function.

    Attributes:
        dataset: Its ``tf.data.Dataset``; that of training, where it gives several.
        calls: The calls that it comes from.
        validation: There is a second one.
        made: The dataset that each call gave, by the call's key.
        beside: Calls that it does not come from and that matter (see ``calls_beside``).
    """

    dataset: Any
    calls: tuple[RecordedCall, ...]
    validation: bool
    made: Mapping[str, Any]
    beside: tuple[RecordedCall, ...] = ()


def observed(
    user_function: UserFunction, changes: Mapping[CallPath, Change] | None = None
) -> Observed:
    """Call the function while its tf.data calls are watched.

    Raises:
        InputError: It gives something else, or wants arguments.
        RunError: It raised.
    """
    function(user_function)
    with put_back():
        return observe(user_function, changes)


@contextmanager
def running(user_function: UserFunction) -> Iterator[None]:
    """Everything as the file's code expects it, from the call of its function to the last batch."""
    function(user_function)
    # A seed for all of TensorFlow, which this application sets, would make random functions in a
    # map start over in every epoch: data are drawn as when nothing watches.
    seed = seeded(seed_of(user_function.file))
    with ended_workers(), put_back(), seed, beside(user_function.file):
        restore_settings(user_function.file)
        yield


def observe(
    user_function: UserFunction, changes: Mapping[CallPath, Change] | None = None
) -> Observed:
    """The same within ``running``: what the function sets for the process holds on.

    Raises:
        InputError: See ``observed``.
        RunError: It raised.
    """
    call = function(user_function)
    restore_settings(user_function.file)
    try:
        with (
            watched(Training(user_function.file, _called.__code__)),
            Observer(_called.__code__, changes) as observer,
            beside(user_function.file),
            theirs(user_function.file),
        ):
            made = _called(call)
    except TrainingReached as reached:
        raise _trains(user_function, reached) from None
    datasets = datasets_of(made)
    if not datasets:
        if inspect.isgenerator(made):
            made.close()
        raise InputError(
            f"{user_function.name} in {user_function.file.name} "
            f"{'is' if user_function.at_top else 'gave'} {_named(made)}",
            expected="a tf.data.Dataset or a keras.utils.PyDataset, or a pair of train and "
            "validation",
            remedy="" if made is not None or user_function.at_top else "Does it end with return?",
        )
    several = len(datasets) > 1
    if is_py_dataset(datasets[0]):
        line = getattr(getattr(call, "__code__", None), "co_firstlineno", 1)
        given_at = Site(str(user_function.file), line, function=user_function.name)
        dataset, py_call = dataset_and_call(datasets[0], changes, given_at)
        return Observed(dataset, (py_call,), several, {py_call.key: dataset})
    dataset = undistributed(datasets[0])
    calls = recorded_calls(observer, datasets[0]) or recorded_calls(observer, dataset)
    return Observed(
        dataset,
        calls,
        several,
        made_at(observer, calls),
        calls_beside(observer, calls),
    )


def made_at(observer: Observer, calls: Sequence[RecordedCall]) -> dict[str, Any]:
    """What each call outside of functions gave, by the call's key."""
    return {
        call.key: observer.datasets[call.path]
        for call in calls
        if not call.inside and call.path in observer.datasets
    }


def _trains(user_function: UserFunction, reached: TrainingReached) -> InputError:
    script = (
        f" `python main.py run-script {user_function.file.name}` measures the training of a script."
    )
    return InputError(
        f"{user_function.name} in {user_function.file.name} trains: {reached.what}",
        expected="a function that returns a tf.data.Dataset",
        remedy=f"Name the function that makes the dataset.{script if reached.fit else ''}",
    )


def _called(call: Callable[[], Any]) -> Any:
    """The frame of this function is where the person's code begins."""
    return call()


def _named(made: Any) -> str:
    kind = type(made).__name__
    if isinstance(made, (tuple, list)):
        return f"a {kind} of {', '.join(type(part).__name__ for part in made) or 'nothing'}"
    return "nothing (None)" if made is None else kind


def datasets_of(made: Any) -> list[Any]:
    """The datasets among what a function gives, that of training first.

    Pairs, triples, what comes along with an object that describes the data, dicts by their keys.
    """
    if isinstance(made, (tf.data.Dataset, tf.distribute.DistributedDataset)) or is_py_dataset(made):
        return [made]
    if dataclasses.is_dataclass(made) or isinstance(made, types.SimpleNamespace):
        made = vars(made)
    if isinstance(made, Mapping):
        keys = sorted(made, key=lambda key: "train" not in str(key).lower())
        made = [made[key] for key in keys]
    if isinstance(made, (tuple, list)):
        return [dataset for part in made for dataset in datasets_of(part)]
    return []


def undistributed(dataset: Any) -> Any:
    """The dataset that a strategy was given; ``fit`` hands out its batches itself."""
    if isinstance(dataset, tf.data.Dataset):
        return dataset
    several = getattr(dataset, "_datasets", None) or [None]
    original = getattr(dataset, "_original_dataset", several[0])
    if not isinstance(original, tf.data.Dataset):
        raise InputError(
            "A distributed dataset does not say what it distributes",
            expected="a tf.data.Dataset",
            remedy="Return the dataset as it is before strategy.experimental_distribute_dataset.",
        )
    return original


def never_ends(dataset: Any, calls: Sequence[RecordedCall]) -> bool:
    """Whether a pass over it has no end: what Keras then needs is a number of steps."""
    # TensorFlow does not know it of what a filter leaves, and is wrong where a finite dataset
    # chooses among endless ones.
    original = for_fit(dataset)
    if is_py_dataset(original):
        return original.num_batches is None
    counted = int(dataset.cardinality()) == tf.data.INFINITE_CARDINALITY
    chosen = any(call.method == "choose_from_datasets" for call in calls)
    return endless(calls) or (counted and not chosen)


def batches_in(dataset: Any) -> int | None:
    """Batches in one pass as TensorFlow counts them; None where it does not know."""
    original = for_fit(dataset)
    counted = original.num_batches if is_py_dataset(original) else int(dataset.cardinality())
    return counted if counted >= 0 else None
