"""The chain of stages that someone's own code makes, with what can be added to it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from core.model.chain import Chain
from core.model.recorded_call import RecordedCall
from core.model.stage import Stage
from core.pipeline.batching import batching
from core.pipeline.method import Counts
from core.pipeline.methods import method_of
from core.pipeline.recorded_chain.added_stages import (
    ADDED,
    ADDED_NAMES,
    AddedCache,
    AddedPrefetch,
    AddedService,
    UserFit,
    UserOptions,
)
from core.pipeline.recorded_chain.epochs import (
    doubts,
    spine,
    unsteady,
    where_to_cache,
    where_to_serve,
)
from core.pipeline.recorded_chain.moves import (
    BEFORE_SHUFFLE,
    NONE,
    cache_before_shuffle,
    where_to_move,
)
from core.pipeline.recorded_chain.stage import Recorded
from core.pipeline.stages.prefetch import BATCHES, ELEMENTS
from core.pipeline.stages.process import Process
from core.pipeline.stages.stand_in import StandInChoice, StandInStage
from core.pipeline.workers.py_dataset import KIND


def user_code_chain(
    calls: Sequence[RecordedCall],
    *,
    endless: bool = False,
    has_model: bool = True,
    fit: Stage | None = None,
    beside: tuple[RecordedCall, ...] = (),
) -> Chain:
    """The chain of someone's code, with what can be added to it.

    Args:
        calls: The calls in the order of the data.
        endless: The data never end.
        has_model: There is a model of theirs.
        fit: The training; ``model.fit`` with its own defaults if None.
        beside: Calls that are no stage.
    """
    model = StandInChoice() if has_model else StandInStage()
    last = fit or UserFit(endless=endless, stands_in=not has_model)
    if [call.method for call in calls] == [KIND]:
        # Keras makes a dataset of it by itself: there is no place where anything could be added.
        return Chain((Recorded(calls[0]), Process(), model, last), beside)
    stages: list[Stage] = []
    cache_behind, (mapped, shuffle) = where_to_cache(calls), cache_before_shuffle(calls)
    last_by = batching(calls).by
    moves_by_key, way = where_to_move(calls), {call.key for call in spine(calls)}
    for call in calls:
        name = call.key.removeprefix(method_of(call.method).kind).strip("[]")
        freezes = unsteady(calls, call) if call.method == "cache" else None
        before = batching(calls, call.key).by
        stages.append(
            Recorded(
                call,
                freezes,
                # Nested data are their own: how many of these make a batch is not known.
                () if call.inside else last_by[len(before) :],
                BATCHES if batching(calls, (*call.inputs, call.key)[0]).by else ELEMENTS,
                moves_by_key.get(call.key, NONE),
                call.key in way,
                name=name,
            )
        )
        if call.key == cache_behind:
            stages.append(AddedCache(call.key, doubts(calls, call), name=ADDED))
        if call.key == mapped:
            doubt = doubts(calls, call, shuffled=True)
            stages.append(AddedCache(call.key, doubt, shuffle, name=BEFORE_SHUFFLE))
    outer = [call for call in calls if not call.inside and not _adds_no_node(call)]
    if not outer or outer[-1].method != "prefetch":
        stages.append(AddedPrefetch(name=ADDED, holds=BATCHES if last_by else ELEMENTS))
    stages.append(UserOptions())
    _add_service(stages, calls)
    return Chain((*stages, Process(), model, last), beside)


def _add_service(stages: list[Stage], calls: Sequence[RecordedCall]) -> None:
    """Put a service in front of the prefetch, and say where else it may stand."""
    keys, exact = where_to_serve(calls)
    outer = [stage for stage in stages if not (isinstance(stage, Recorded) and stage.call.inside)]
    behind = {
        stage.call.key: following.key
        for stage, following in itertools.pairwise(outer)
        if isinstance(stage, Recorded)
    }
    places = tuple((key, behind[key]) for key in reversed(keys))
    if places:
        at = [stage.key for stage in stages].index(places[0][1])
        stages.insert(at, AddedService(places=places, exact=exact, name=ADDED))


def _adds_no_node(call: RecordedCall) -> bool:
    """Whether a prefetch before it still stands last."""
    method = method_of(call.method)
    return not method.nodes and (not method.opaque or method.counts is Counts.INSIDE)


__all__ = [
    "ADDED",
    "ADDED_NAMES",
    "AddedCache",
    "AddedPrefetch",
    "AddedService",
    "Recorded",
    "UserOptions",
    "user_code_chain",
    "where_to_cache",
]
