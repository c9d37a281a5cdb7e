"""What limits, in a sentence."""

from __future__ import annotations

from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, Limit
from core.model.quantity import bytes_text
from core.text.plural import plural


def limit_words(now: Situation, limit: Limit, narrow: CutRate | None) -> str:
    """The limit in a sentence, with its numbers."""
    stage = narrow.words if narrow is not None else "the pipeline"
    busy = _busy_words(now, narrow)
    match limit:
        case Limit.ACCELERATOR:
            return "The accelerator is the limit."
        case Limit.SEQUENTIAL:
            if now.few_threads:
                threads = plural(now.few_threads, "thread")
                return f"Limit: {stage} has a private pool of {threads} for its calls{busy}."
            return f"Limit: {stage} works on one element after the other{busy}."
        case Limit.CORES:
            return f"Limit: the cores. {stage} takes most of their time{busy}."
        case Limit.STORAGE:
            return f"Limit: {stage} waits for storage or a server{busy}."
        case Limit.PYTHON_LOCK:
            return f"Limit: Python's global lock. {stage} runs Python for each element{busy}."
        case Limit.NO_OVERLAP:
            if narrow is None:
                wait_ms = 10.0 * now.wait_percent * now.step_s
                return (
                    f"Limit: the model waits {wait_ms:.2g} ms for each batch, although the "
                    "pipeline works ahead and is fast enough: handing batches over takes that "
                    "long, or they arrive unevenly."
                )
            return f"Limit: loading and training take turns: nothing is made ahead behind {stage}."
        case Limit.TURNAROUND:
            what = "the training" if now.endless else "each epoch"
            return (
                f"Limit: the beginning of {what} takes {now.turnaround_percent:.0f} % of the "
                f"time ({now.first_s:.2g} s to its first batch{_beginning_words(now, narrow)})."
            )
        case Limit.HOST:
            return (
                f"Limit: Keras and Python between steps, {now.percent('host_s'):.0f} % of the time."
            )
        case Limit.MEMORY:
            return (
                f"Limit: memory. {bytes_text(now.swapped_in_bytes_per_s)} a second are read back "
                "from swap while the training waits: buffers, caches or other programs take too "
                "much."
            )


def _busy_words(now: Situation, narrow: CutRate | None) -> str:
    """`` (0.9 of 4 cores busy)``; empty where that was not measured."""
    if narrow is None or narrow.cores is None:
        return ""
    cores = f"{narrow.cores:.1f} of {now.cores} cores" if narrow.cores else "no core"
    gain = narrow.gain_of_calls
    calls = "" if gain is None else f", {gain:.2f} times as fast as one call at a time"
    return f" ({cores} busy{calls})"


def _beginning_words(now: Situation, slow: CutRate | None) -> str:
    """``, most of it at shuffle (line 8) behind map parse (line 7)``, where one has most of it."""
    if slow is None:
        return ""
    if now.times.slow_to_begin is None:
        return f"; the slowest stage is {slow.words}"
    node, work = now.graph.by_key.get(slow.stage), now.times.narrow
    fills = node is not None and node.method.fills
    before = {each.key for each in now.graph.before(node)} if node is not None else set()
    behind = f" behind {work.words}" if fills and work is not None and work.stage in before else ""
    return f", most of it at {slow.words}{behind}"
