"""One thing that would help and only a person can do."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from core.diagnosis.situation import Situation
from core.model.diagnosis import Suggestion
from core.pipeline.graph.graph import Node
from core.pipeline.stages.fit import STEPS_PER_EXECUTION

WORTH_TELLING = 1.05
"""A gain from which on it is told, where the gain is known."""
FOR_CALLBACKS = 1.15
"""Gain from which on several steps per execution are recommended by themselves: callbacks then see
one batch of each execution, and a device that works on while Keras prepares the next step gains
less by them."""
TOO_LITTLE = f"not recommended below {FOR_CALLBACKS}: callbacks are called less often then"
"""Why several steps per execution alone are not recommended."""


def too_little(knobs: Collection[str], gain: float) -> bool:
    """Whether it is several steps per execution alone that are changed, for too little."""
    return set(knobs) <= {STEPS_PER_EXECUTION} and gain < FOR_CALLBACKS


def suggestion(title: str, why: str, node: Node, gain: float | None) -> Suggestion:
    """What would help at a stage, with its line."""
    site = node.site
    return Suggestion(
        title,
        why,
        node.key,
        "" if site is None else site.file,
        0 if site is None else site.line,
        gain,
    )


def gain_without(now: Situation, node: Node, share: float = 1.0) -> float | None:
    """Throughput with a share of a stage's time gone over the present one, at most."""
    faster, model = now.times.without(node.key, share), now.model_examples_per_s
    return min(faster, model) / now.examples_per_s if faster and model else None


def gain_without_all(now: Situation, nodes: Iterable[Node]) -> float | None:
    """Throughput with the time of several stages gone over the present one, at most."""
    rates = [now.times.rate(node.key) for node in nodes]
    return gain_saving(now, sum(rate.stage_s or 0.0 for rate in rates if rate is not None))


def gain_saving(now: Situation, saved_s: float) -> float | None:
    """Throughput with some seconds an example less over the present one, at most."""
    total, model = now.pipeline_examples_per_s, now.model_examples_per_s
    if not total or not model:
        return None
    return min(1.0 / max(1.0 / total - saved_s, 1e-9), model) / now.examples_per_s
