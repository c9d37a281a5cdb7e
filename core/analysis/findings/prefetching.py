"""Whether the next batches are made while the model trains on this one."""

from __future__ import annotations

from collections.abc import Iterator

from core.analysis.findings.finding import PERFORMANCE, Finding, Severity
from core.analysis.findings.link import READERS, Link, Links

_URL = f"{PERFORMANCE}#prefetching"
_NO_WORK = ("with_options", "repeat", "take", "skip", "enumerate")
"""What may stand behind a prefetch: it hands elements on and does nothing to them."""
_DISTRIBUTES = (
    "distribute", "experimental_distribute_dataset", "distribute_datasets_from_function",
)  # fmt: skip
"""By default these put a prefetch at the end of what they are given (tf.distribute.Strategy)."""
_WORK = (
    "map", "flat_map", "interleave", "filter", "from_generator", "padded_batch", "scan",
    "bucket_by_sequence_length", "group_by_window", *READERS,
)  # fmt: skip


def prefetching(links: Links) -> Iterator[Finding]:
    """No prefetch where ``fit`` takes its batches."""
    last = _last_at_work(links)
    if last is None or _prefetches(last) or links.of_kind(*_DISTRIBUTES):
        return
    earlier = [link for link in links.before(last) if _prefetches(link)]
    grave, why = _how_grave(links, last)
    change = links.absent.get("prefetch", {})
    remedy = "Add .prefetch(tf.data.AUTOTUNE) as the last call."
    if not earlier:
        yield Finding(
            "no_prefetch",
            grave,
            "nothing is prefetched",
            f"Without a prefetch last, a batch is begun only when the model asks for it. {why}",
            remedy,
            last.key,
            last.site,
            change,
            _URL,
            about_time=True,
        )
        return
    prefetch = earlier[-1]
    behind = " and ".join(link.words for link in (*links.between(prefetch, last), last))
    yield Finding(
        "prefetch_not_last",
        grave,
        "prefetch is not last",
        f"Only what stands before it is worked on ahead; {behind} behind it waits until the model "
        f"asks. {why}",
        remedy,
        prefetch.key,
        prefetch.site,
        change,
        _URL,
        about_time=True,
    )


def _how_grave(links: Links, last: Link) -> tuple[Severity, str]:
    if last.parallel:
        return Severity.HINT, (
            f"Here {last.words} works ahead by itself, by as many elements as it has parallel "
            "calls, so little is lost."
        )
    if links.injects:
        return Severity.HINT, (
            "TensorFlow puts in a prefetch by itself here, unless its rewrites are switched off "
            "(inject_prefetch, AUTOTUNE); written out, it holds everywhere."
        )
    if not any(link.kind in _WORK for link in links.all):
        return Severity.HINT, "Here that is only copying from memory, which seldom takes long."
    return Severity.COSTLY, "Model and pipeline take turns, and one of them always stands still."


def _last_at_work(links: Links) -> Link | None:
    link = links.last
    while link is not None and link.kind in _NO_WORK:
        link = links.by_key.get(link.inputs[0]) if link.inputs else None
    return link


def _prefetches(link: Link) -> bool:
    return link.kind == "prefetch" and link.number("buffer_size") != 0
