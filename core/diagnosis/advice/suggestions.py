"""What would help and only a person can do in the code."""

from __future__ import annotations

from collections.abc import Iterator

from core.diagnosis.advice.less_work import less_work, smaller_elements
from core.diagnosis.advice.stages_in_turn import prefetch_between
from core.diagnosis.limits import stage_limit
from core.diagnosis.moves import STEPS, gain_of_steps, shuffle_first, steady_gain, steps_gain_little
from core.diagnosis.situation import Situation
from core.diagnosis.suggestion import WORTH_TELLING, suggestion
from core.model.diagnosis import CutRate, Limit, Suggestion
from core.model.settings import Settings
from core.pipeline.graph.unfilled import unfilled
from core.pipeline.method import Counts

MORE_MACHINES = "A tf.data service on other machines (service.address)"


def only_you_can(
    now: Situation, limit: Limit, narrow: CutRate | None, settings: Settings
) -> Iterator[Suggestion]:
    """What the program cannot put into someone's code, or cannot measure."""
    yield from _full_caches(now)
    if limit is Limit.TURNAROUND:
        yield from _skip_first(now)
        yield from _smaller_buffer(now)
        yield from _before_its_first(now)
        if not now.endless:
            yield from _longer_epochs(now)
        if not now.short_epochs:
            yield from (
                suggestion(
                    each.title,
                    "epochs are too long to compare here: set it, and compare runs",
                    now.graph.by_key[each.stage],
                    each.expected,
                )
                for each in shuffle_first(now, settings)
            )
    if limit is Limit.HOST:
        yield from _more_steps(now)
    kind = limit
    if limit is Limit.NO_OVERLAP or limit is Limit.TURNAROUND:
        # To work less helps there too, where the pipeline is slow or fills a buffer.
        enough = limit is Limit.NO_OVERLAP and now.fast_alone
        narrow = None if enough else now.times.narrow
        kind = limit if narrow is None else stage_limit(now, narrow)
    node = None if narrow is None else now.graph.by_key.get(narrow.stage)
    if node is not None and narrow is not None:
        yield from less_work(now, kind, node, narrow)
        yield from smaller_elements(now)
    yield from prefetch_between(now)
    if limit is Limit.CORES and not now.python:
        yield from _more_machines(now)


def _more_machines(now: Situation) -> Iterator[Suggestion]:
    pipeline, model = now.pipeline_examples_per_s, now.model_examples_per_s
    last = now.graph.last
    if last is None or not pipeline or not model or last.kind == "service":
        return
    # On this machine a service takes the same cores.
    yield suggestion(
        MORE_MACHINES,
        f"all {now.cores} cores are in use here; a service here would share them",
        last,
        max(model / now.examples_per_s, 1.0),
    )


def _full_caches(now: Situation) -> Iterator[Suggestion]:
    total, model = now.pipeline_examples_per_s, now.model_examples_per_s
    for each in unfilled(now.graph):
        rate = now.times.rate(each.cache.key)
        if each.sure and rate is not None and rate.examples_per_s and total and model:
            full = 1.0 / max(1.0 / total - 1.0 / rate.examples_per_s, 1.0 / model)
            why = f"{each.why}: what was kept is thrown away"
            yield suggestion(each.remedy, why, each.cache, full / now.examples_per_s)


def _more_steps(now: Situation) -> Iterator[Suggestion]:
    if steps_gain_little(now):
        yield Suggestion(
            "Larger batches, or more steps per execution",
            "callbacks are called more rarely then; a device that works on while Keras prepares "
            "the next step gains less",
            "",
            "",
            0,
            gain_of_steps(now, STEPS[-1]),
        )


def _skip_first(now: Situation) -> Iterator[Suggestion]:
    skip, graph = now.slow_to_begin, now.graph
    if skip is None or skip.method.counts is not Counts.SKIPPED:
        return
    before = graph.before(skip, "map")
    maps = [
        node
        for node in before
        if all(each.method.counts is Counts.SAME for each in graph.between(node, skip))
        and not any(each.reshuffles for each in graph.between(node, skip))
    ]
    title = f"Put {skip.words} in front of {maps[0].words}" if maps else ""
    if before and not maps:
        # It counts other elements there, in another order: what is left out is another part.
        title = f"Split the data in front of {before[0].words}, in place of {skip.words}"
    if title:
        yield suggestion(
            title,
            "what it leaves out is worked on at the beginning of each epoch",
            skip,
            steady_gain(now, skip),
        )


def _smaller_buffer(now: Situation) -> Iterator[Suggestion]:
    node = now.slow_to_begin
    if node is not None and node.method.fills:
        yield suggestion(
            f"A smaller buffer in {node.words}, which mixes less",
            f"it is filled before the first batch, which comes after {now.first_s:.2g} s",
            node,
            steady_gain(now, node),
        )


def _before_its_first(now: Situation) -> Iterator[Suggestion]:
    node = now.slow_to_begin
    if node is not None and node.kind == "from_generator":
        yield suggestion(
            f"Do once, outside of its function, what {node.words} does before its first element",
            f"each epoch waits {now.first_s:.2g} s for its first batch",
            node,
            steady_gain(now, node),
        )


def _longer_epochs(now: Situation) -> Iterator[Suggestion]:
    slow, shuffles = now.slow_to_begin, now.graph.of_kind("shuffle")
    node = slow if slow in shuffles else next(iter(shuffles), now.graph.last)
    if node is not None and steady_gain(now, node) >= WORTH_TELLING:
        call = "shuffle(...).repeat()" if node.kind == "shuffle" else "repeat()"
        yield suggestion(
            f"{call} with steps_per_epoch: one iterator for all epochs",
            "epochs then flow into each other",
            node,
            steady_gain(now, node),
        )
