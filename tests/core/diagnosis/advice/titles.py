"""What is left to the person about a simulated pipeline."""

from __future__ import annotations

from core.diagnosis.advice.suggestions import only_you_can
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, Limit
from core.model.recorded_call import RecordedCall
from core.pipeline.graph.written_graph import graph_of
from tests.core.analysis.findings.chains import (
    settings_of,
)


def advice(
    narrow: str, *calls: RecordedCall, limit: Limit = Limit.CORES, **element_bytes: float
) -> list[str]:
    """Titles of what is left to the person where a stage takes 1 ms an example and all cores."""
    settings = settings_of(*calls)
    rates = tuple(
        CutRate(key, key, examples_per_s=1e3, elements_per_s=1e3, cores=2.0,
                stage_s=1e-3 if key == narrow else 0.0, element_bytes=element_bytes.get(key))
        for key in (node.key for node in graph_of(settings).all)
    )  # fmt: skip
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 30, 900.0, 1.2, 0.1, 0)
    times = StageTimes(rates, frozenset(), 1e3)
    now = Situation(graph_of(settings), 2, (segment,), times, 5e3)
    return [each.title for each in only_you_can(now, limit, times.narrow, settings)]
