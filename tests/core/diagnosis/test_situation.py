"""What is said of a pipeline's limit, from what was measured alone."""

from __future__ import annotations

import pytest

from core.diagnosis.situation import Situation, limit_words
from core.model.diagnosis import CutRate, Limit
from core.pipeline.graph.graph import PipelineGraph


@pytest.mark.parametrize(
    ("cores", "said"), [(None, ""), (0.0, " (no core busy)"), (0.94, " (0.9 of 4 cores busy)")]
)
def test_cores_are_named_where_they_were_measured(cores: float | None, said: str) -> None:
    rate = CutRate("map", "map decode", cores=cores)
    words = limit_words(Situation(PipelineGraph(()), 4), Limit.SEQUENTIAL, rate)
    assert words == f"Limit: map decode works on one element after the other{said}."
