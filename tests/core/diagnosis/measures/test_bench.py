"""Short trainings and cuts in turn, in one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.diagnosis.diagnose import PipelineBench
from core.diagnosis.measures.segment import SegmentRecorder
from core.model.errors import RunError
from core.pipeline.graph.unfilled import never_full
from core.user_code.opening import open_user_code
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


@pytest.mark.parametrize(("batches", "kept"), [(5, False), (50, True)])
def test_what_comes_to_a_cache_is_counted_where_it_decides_if_that_is_full(
    tmp_path: Path, batches: int, kept: bool
) -> None:
    file = tmp_path / "train.py"
    file.write_text(f"""
import tensorflow as tf

def make_dataset():
    data = tf.data.Dataset.range(100).filter(lambda x: x >= 0).map(lambda x: (x, x))
    return data.cache().batch(4).take({batches})
""")
    workload = open_user_code(f"{file}:make_dataset")
    settings = workload.chain.defaults()
    data = workload.source_data(tmp_path, settings, tmp_path)
    with workload.running():
        bench = PipelineBench(workload, data, "cpu", lambda: False)
        assert not never_full(bench.graph(settings))
        bench.count_kept(settings, 5.0)
        graph = bench.graph(settings)
        assert graph.by_key["cache"].elements == 100
        assert bool(never_full(graph)) is not kept
        bench.close()
