"""Runs a person's function while its tf.data calls are watched, with other values put in."""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from core.lazy import tf
from core.model.chain import Chain
from core.model.errors import InputError, RunError
from core.model.recorded_call import RecordedCall
from core.model.settings import Settings
from core.model.stage import SourceData
from core.pipeline.recorded_chain.chain import (
    AddedCache,
    AddedPrefetch,
    AddedService,
    Recorded,
    UserOptions,
)
from core.pipeline.recorded_chain.epochs import endless
from core.pipeline.recorded_chain.reordered import reordered
from core.pipeline.stages.fit import batches_per_epoch
from core.pipeline.workers.py_dataset import for_fit, is_py_dataset
from core.pipeline.workers.py_dataset_workers import ended_workers
from core.user_code.errors import theirs
from core.user_code.function_file import UserFunction, function, restore_settings, seed_of
from core.user_code.observed.beside import calls_beside
from core.user_code.observed.calls import recorded_calls
from core.user_code.observed.observer import Change, Observer
from core.user_code.observed.observer import Path as CallPath
from core.user_code.observed.py_dataset import dataset_and_call
from core.user_code.process_state import beside, put_back, seeded
from core.user_code.reordering import DATASETS, Reordering
from core.user_code.training import Training, TrainingReached, watched


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
        dataset, call = dataset_and_call(datasets[0], changes)
        return Observed(dataset, (call,), several, {call.key: dataset})
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


# -- settings put in ------------------------------------------------------------------------------


def changes(chain: Chain, settings: Settings, data: SourceData) -> dict[CallPath, Change]:
    """What is done at which call so that the pipeline is as the settings say."""
    changes_by_path: dict[CallPath, Change] = {}
    cached = {
        stage.behind
        for stage in chain.stages
        if isinstance(stage, AddedCache) and stage.is_on(settings)
    }
    served = {
        stage.call_before(settings): partial(_served, stage, settings, data)
        for stage in chain.stages
        if isinstance(stage, AddedService) and stage.is_on(settings)
    }
    for stage in chain.stages:
        if not isinstance(stage, Recorded):
            continue
        change = stage.change(settings)
        if stage.call.key in served:
            change = _with(change, served[stage.call.key])
        if stage.call.key in cached:
            change = _with(change, lambda made: made.cache())
        if change is not None:
            changes_by_path[stage.call.path] = change
    stages = {stage.key: stage for stage in chain.stages if isinstance(stage, Recorded)}
    for part in reordered(chain, settings):
        paths = {key: stages[key].call.path for key in part.written}
        own = {key: changes_by_path[p] for key, p in paths.items() if p in changes_by_path}
        again = Reordering(part, stages, settings, own)
        changes_by_path |= {path: again.change(key) for key, path in paths.items()}
    return changes_by_path


_IN_FRONT = "in_front_of_the_service"


def _served(stage: AddedService, settings: Settings, data: SourceData, dataset: Any) -> Any:
    served = stage.apply(dataset, settings, data)
    # A service is told by a number what to run: its dataset does not hold it.
    setattr(served, _IN_FRONT, dataset)
    return served


def _with(change: Change | None, behind: Callable[[Any], Any]) -> Change:
    """What is done at a call, and then something behind it."""

    def make(dataset: Any, call: Callable[[], Any], bound: Any) -> Any:
        return behind(call() if change is None else change(dataset, call, bound))

    return make


def with_added(
    dataset: Any, chain: Chain, settings: Settings, data: SourceData, *, endless: bool
) -> Any:
    """The dataset with what is added at its end.

    Raises:
        RunError: Its epochs would never end.
    """
    if endless and batches_per_epoch(settings) is None:
        raise RunError(
            "The dataset never ends, and an epoch of all of it would not either",
            expected="a number of steps per epoch",
            remedy="Set steps per epoch, as in model.fit(dataset, steps_per_epoch=100).",
        )
    for stage in chain.stages:
        if isinstance(stage, (AddedPrefetch, UserOptions)):
            dataset = stage.apply(dataset, settings, data)
    return dataset


def pieces_of(
    made: Mapping[str, Any], chain: Chain, settings: Settings, data: SourceData
) -> dict[str, Any]:
    """The datasets behind the stages of a chain, in their order.

    Args:
        made: What each call gave (see ``made_at``).
        chain: The chain of someone's code.
        settings: Those under which it was made.
        data: Where files are.
    """
    for last in tuple(made.values()):
        made = {**made, **getattr(last, DATASETS, {})}
    pieces: dict[str, Any] = {}
    dataset: Any = None
    stages = settings.stages_in_order()
    for stage in stages:
        if isinstance(stage, Recorded) and stage.call.key in made and stage.is_on(settings):
            dataset = made[stage.call.key]
            behind = {
                added.key: added
                for added in stages
                if isinstance(added, (AddedCache, AddedService))
                and added.is_on(settings)
                and added.call_before(settings) == stage.call.key
            }
            # They were put in behind the call, whose own dataset is what the first of them takes.
            at, pieces_behind = dataset, dict[str, Any]()
            for key, added in reversed(behind.items()):
                pieces_behind[key] = at
                at = at._inputs()[0] if isinstance(added, AddedCache) else getattr(at, _IN_FRONT)
            pieces[stage.key] = at
            pieces.update(reversed(pieces_behind.items()))
        elif isinstance(stage, AddedPrefetch) and stage.is_on(settings) and dataset is not None:
            pieces[stage.key] = stage.apply(dataset, settings, data)
    return pieces


class CutReached(BaseException):
    """The dataset that was wanted is there: what the code does with it does not matter.

    Attributes:
        dataset: The dataset.
    """

    def __init__(self, dataset: Any) -> None:
        super().__init__("the pipeline was cut off here")
        self.dataset = dataset


def changes_to_cut(
    chain: Chain, settings: Settings, data: SourceData, key: str
) -> dict[CallPath, Change]:
    """What is done at the calls so that nothing follows one inside the function of another.

    The call in whose function it stands then raises ``CutReached``.

    Raises:
        InputError: It stands in no function, or in one within another.
    """
    calls = {stage.call.key: stage.call for stage in chain.stages if isinstance(stage, Recorded)}
    call = calls.get(key)
    outer = None if call is None else calls.get(call.inside)
    if call is None or outer is None or outer.inside:
        raise InputError(f"The pipeline cannot be cut off behind {key}: it is in no plain function")
    behind = {key}
    for other in calls.values():
        if other.inside == outer.key and behind & set(other.inputs):
            behind.add(other.key)
    changes_by_path = changes(chain, settings, data)
    for name in behind - {key}:
        changes_by_path[calls[name].path] = lambda dataset, make, bound: dataset
    first = changes_by_path.get(outer.path)

    def cut(dataset: Any, make: Callable[[], Any], bound: Any) -> Any:
        raise CutReached(make() if first is None else first(dataset, make, bound))

    changes_by_path[outer.path] = cut
    return changes_by_path


def must_be_the_same(chain: Chain, settings: Settings, calls_now: Sequence[RecordedCall]) -> None:
    """Settings belong to calls: these must come again as they were when the file was opened.

    Raises:
        RunError: They did not; names them.
    """
    stages = [stage for stage in chain.stages if isinstance(stage, Recorded)]
    off = {stage.call.path for stage in stages if not stage.is_on(settings)}
    expected = {stage.call.path: stage.call for stage in stages}
    there = {call.path: call for call in calls_now}
    said = [
        *(
            f"{_place(call)} did not come again"
            for path, call in expected.items()
            if path not in there and path not in off
        ),
        *(f"{_place(call)} is new" for path, call in there.items() if path not in expected),
    ]
    for stage in stages:
        again = there.get(stage.call.path)
        if again is not None:
            said += _unlike(stage, again)
    if not said and not off and list(expected) != list(there):
        said = ["the calls are the same, but their datasets go another way"]
    if said:
        more = f", and {len(said) - 3} more" if len(said) > 3 else ""
        raise RunError(
            "The pipeline came out differently than when it was opened: "
            f"{'; '.join(said[:3])}{more}",
            expected="the same calls with the same arguments each time the function is called",
            remedy="Settings are put in at the calls that were seen. Open the file again if its "
            "data have changed; take out what it leaves to chance.",
        )


def _unlike(stage: Recorded, again: RecordedCall) -> list[str]:
    call = stage.call
    # How often a nested function is traced is TensorFlow's affair.
    if again.count != call.count and not call.inside:
        return [f"{_place(call)} was made {again.count} times, not {call.count}"]
    return [
        f"{_place(call)} has {knob.name}={again.arguments.get(knob.name)}, "
        f"not {call.arguments[knob.name]}"
        for knob in stage.knobs
        if knob.name in call.arguments
        and again.arguments.get(knob.name) != call.arguments[knob.name]
    ]


def _place(call: RecordedCall) -> str:
    if not call.site.file:
        return "a dataset that was made before the function was called"
    return f"{call.method} in line {call.site.line} of {Path(call.site.file).name}"
