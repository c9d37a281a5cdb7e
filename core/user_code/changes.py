"""Puts settings into a person's code: what is done at which of its calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

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
from core.pipeline.recorded_chain.reordered import reordered
from core.pipeline.stages.fit import batches_per_epoch
from core.user_code.observed.arguments import datasets_in
from core.user_code.observed.seen import CallPath, Change
from core.user_code.reordering import DATASETS, Reordering


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
        InputError: It stands in no function, or in one within another, or is made several times.
    """
    calls = {stage.call.key: stage.call for stage in chain.stages if isinstance(stage, Recorded)}
    call = calls.get(key)
    outer = None if call is None else calls.get(call.inside)
    if call is None or outer is None or outer.inside:
        raise InputError(f"The pipeline cannot be cut off behind {key}: it is in no plain function")
    if call.count > 1:
        raise InputError(f"{outer.key} makes this call {call.count} times for each of its elements")
    behind = {key}
    for other in calls.values():
        if other.inside == outer.key and behind & set(other.inputs):
            behind.add(other.key)
    changes_by_path = changes(chain, settings, data)
    for name in behind - {key}:
        changes_by_path[calls[name].path] = _passes_on(calls[name], behind)
    first = changes_by_path.get(outer.path)

    def cut(dataset: Any, make: Callable[[], Any], bound: Any) -> Any:
        raise CutReached(make() if first is None else first(dataset, make, bound))

    changes_by_path[outer.path] = cut
    return changes_by_path


def _passes_on(call: RecordedCall, behind: Collection[str]) -> Change:
    """Gives what a call takes; of several datasets the first that comes from some others."""
    wanted = next(at for at, name in enumerate(call.inputs) if name in behind)

    def passed(dataset: Any, make: Callable[[], Any], bound: Any) -> Any:
        datasets = datasets_in(bound.arguments.values())
        return datasets[min(wanted, len(datasets) - 1)] if datasets else make()

    return passed
