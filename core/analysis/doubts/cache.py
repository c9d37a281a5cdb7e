"""Whether a run went on long enough to use what its cache keeps."""

from __future__ import annotations

from core.analysis.doubts.doubt import Doubt
from core.metrics.accounting import steady_start
from core.model.run import Run
from core.pipeline.graph.written_graph import graph_of


def cache_not_filled(run: Run) -> Doubt | None:
    """A run that ended before its cache was read has the figures of a pipeline without one."""
    if run.prepared is None:
        return None
    passes, whole = run.prepared.warm_up_epochs, run.prepared.warm_up_pass_steps
    start = steady_start(run)
    unfilled = (passes and len(run.samples.epoch_starts) <= passes) or (whole and start < whole)
    if not unfilled or _drawn_at_first(run, max(1, start)):
        return None
    return Doubt(
        "cache_not_filled",
        "The run ended before it read anything from its cache: the figures are those of a pipeline "
        "without one. Train at least two passes over the data.",
    )


def _drawn_at_first(run: Run, batches: int) -> bool:
    """Whether the first batches draw all that the caches keep, as for a shuffle's buffer."""
    settings = run.settings
    if settings is None or run.prepared is None:
        return False
    size = settings.get("batch.batch_size")
    of_pass = run.prepared.warm_up_pass_steps or run.prepared.steps_per_epoch
    examples = of_pass * size if isinstance(size, int) and of_pass else None
    graph = graph_of(settings, examples=examples)
    caches, last = graph.of_kind("cache"), graph.last
    return bool(caches) and all(
        last is not None
        and (drawn := graph.cardinality.drawn(cache.key, last.key, batches)) is not None
        and cache.elements is not None
        and 0 <= cache.elements <= drawn
        for cache in caches
    )
