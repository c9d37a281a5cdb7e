"""Short trainings and cuts in turn, in one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.diagnosis.diagnose import PipelineBench
from core.diagnosis.measures.segment import SegmentRecorder
from core.model.errors import RunError
from core.workloads.in_memory import InMemory

pytestmark = pytest.mark.e2e


def test_elements_that_come_are_noted_so_that_no_service_is_asked_meanwhile(
    tmp_path: Path,
) -> None:
    workload, came = InMemory(), list[int]()
    settings = workload.chain.defaults()
    data = workload.source_data(tmp_path, settings, tmp_path)
    workload.prepare(data, settings, lambda fraction, text: None)
    with workload.running():
        bench = PipelineBench(
            workload, data, "cpu", lambda: False, arrived=lambda: came.append(len(came))
        )
        bench.pace = 0.05
        segment = bench.model_alone(settings, 0.05)
        trained = len(came)
        assert trained >= segment.steps
        cuts = list(bench.cuts(settings))
        assert len(came) == trained + len(cuts)
        bench.close()


def test_a_pipeline_without_batches_is_named_with_what_to_look_at() -> None:
    recorder = SegmentRecorder(object(), 1.0, 0, lambda: False)
    with pytest.raises(RunError, match=r"delivered 0 batches.*Look at the source for data"):
        recorder.result()
