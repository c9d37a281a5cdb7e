"""What AUTOTUNE chose over the course of a run, and what the buffers cost in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.analysis.stages.node_figures import whole_readings
from core.model.measured.samples import FloatArray
from core.model.quantity import significant
from core.model.run import Run
from core.model.settings import Settings
from core.pipeline.graph.executed import match

NOTHING_TUNED = (
    "AUTOTUNE chooses nothing here: no parallel calls and no buffer are set to autotune, and "
    "TensorFlow put none in."
)


@dataclass(frozen=True, eq=False)
class TunedParameter:
    """One parameter that AUTOTUNE sets.

    Attributes:
        stage: The stage that it belongs to in words, or TensorFlow's name for a node put in.
        what: ``parallel calls`` or ``buffer size``.
        values: Shape ``(readings,)``; NaN where the node was not there.
    """

    stage: str
    what: str
    values: FloatArray

    @property
    def name(self) -> str:
        """Both: ``map: parallel calls``."""
        return f"{self.stage}: {self.what}"


@dataclass(frozen=True, eq=False)
class Buffer:
    """What lay ready in the buffer of one node.

    Attributes:
        stage: The stage that it belongs to in words, or TensorFlow's name for a node put in.
        held_bytes: Shape ``(readings,)``.
    """

    stage: str
    held_bytes: FloatArray


@dataclass(frozen=True, eq=False)
class AutotuneView:
    """AUTOTUNE over time.

    Attributes:
        at_s: When was read, in seconds since fit began, shape ``(readings,)``.
        choices: What AUTOTUNE chose; empty where it had nothing to choose.
        buffers: Every buffer on the way of the data that ever held something.
        buffered_bytes: What lay ready in all buffers, shape ``(readings,)``.
        budget_bytes: Memory that AUTOTUNE allows itself; None where TensorFlow did not say.
        text: What it came to, in a sentence.
    """

    at_s: FloatArray
    choices: tuple[TunedParameter, ...]
    buffers: tuple[Buffer, ...]
    buffered_bytes: FloatArray
    budget_bytes: float | None
    text: str


def autotune_view(run: Run, settings: Settings) -> AutotuneView:
    """Lay out what AUTOTUNE did in a run.

    Args:
        run: Under way or over.
        settings: The run's own.
    """
    readings = whole_readings(run.pipeline)
    at_s = np.array([reading.at_s for reading in readings])
    if not readings:
        return AutotuneView(at_s, (), (), at_s, None, "")
    by_time = [{node.key: node for node in reading.nodes} for reading in readings]
    choices, buffers = [], []
    for stage in match(settings, readings[-1].nodes).stages:
        tuned = " + ".join(stage.stages) or stage.node.name
        held = [getattr(nodes.get(stage.node.key), "buffered_bytes", 0) for nodes in by_time]
        if any(held):
            buffers.append(Buffer(tuned, np.array(held, float)))
        if not stage.node.tuned:
            continue
        for what, field in (("parallel calls", "parallelism"), ("buffer size", "buffer_size")):
            values_by_time = [getattr(nodes.get(stage.node.key), field, None) for nodes in by_time]
            if any(value is not None for value in values_by_time):
                values = np.array([np.nan if value is None else value for value in values_by_time])
                choices.append(TunedParameter(tuned, what, values))
    buffered = np.array(
        [sum(n.buffered_bytes for n in reading.nodes) for reading in readings], float
    )
    budget = next((b for reading in reversed(readings) if (b := reading.ram_budget_bytes)), None)
    text = _text(choices, buffered, budget)
    return AutotuneView(at_s, tuple(choices), tuple(buffers), buffered, budget, text)


def _text(choices: list[TunedParameter], buffered: FloatArray, budget: float | None) -> str:
    parts = []
    for choice in choices:
        last, most = choice.values[-1], np.nanmax(choice.values)
        peak = f" (at most {most:g})" if most > last else ""
        parts.append(f"{choice.name} {last:g}{peak}")
    chosen = f"AUTOTUNE's last choice: {', '.join(parts)}." if parts else NOTHING_TUNED
    if not buffered.max():
        return f"{chosen} No buffer held anything when it was read."
    held = f"Buffers held at most {significant(float(buffered.max()) / 1e6)} MB"
    if budget:
        share = 100.0 * float(buffered.max()) / budget
        held += (
            f", {significant(share, 2)} % of the {significant(budget / 1e6)} MB that AUTOTUNE "
            "allows itself"
        )
    return f"{chosen} {held}."
