"""A cache file that a run did not complete, which raises nothing."""

from __future__ import annotations

from pathlib import Path

from core.faults.context import FailureContext
from core.faults.files.cache_damaged import has_index
from core.faults.words import full, path
from core.model.errors import ExplorerError, RunError
from core.model.sizes import free_words
from core.pipeline.stages.fit import ALL, STEPS_PER_EPOCH


def incomplete_cache(context: FailureContext) -> ExplorerError | None:
    """What a run that is done is told beside its figures if its cache file was never completed.

    If the disk is full only when the cache is to be completed, Keras takes the error for the end of
    the data.

    Returns:
        None if all caches are complete after whole passes over the data.
    """
    if context.settings is None or context.settings[STEPS_PER_EPOCH] != ALL:
        return None
    lacking = next((cache for cache in context.read.caches if not has_index(cache)), None)
    if lacking is None:
        return None
    free = free_words(Path(lacking).parent)
    return RunError(
        f"The run is done, but the cache file {path(lacking)} was never completed, so every epoch "
        f"worked on the data anew{free and f'; {free}'}",
        expected="a whole pass over what is cached, and room for all of it",
        remedy="Free some space, or see whether something behind the cache ends early (take).",
        details=full(lacking),
    )
