"""What waits is asked for several things at a time: more than there are cores."""

from __future__ import annotations

from core.diagnosis.candidates import candidates
from core.diagnosis.measures.segment import Segment
from core.diagnosis.measures.stage_times import StageTimes
from core.diagnosis.situation import Situation
from core.model.diagnosis import CutRate, DiagnosisOptions, Limit
from core.pipeline.graph.written_graph import graph_of
from core.pipeline.workers.py_dataset import KIND
from tests.core.analysis.findings.chains import PYTHON, call, settings_of


def test_a_py_dataset_that_waits_gets_more_workers_than_cores_and_no_processes() -> None:
    settings = settings_of(call(KIND, function=PYTHON, workers=1, use_multiprocessing=False))
    graph = graph_of(settings)
    (node,) = graph.all
    rate = CutRate(node.key, KIND, examples_per_s=100.0, elements_per_s=10.0, cores=0.1,
                   stage_s=1e-2)  # fmt: skip
    segment = Segment(1.0, 0.9, 0.1, 0.0, 0.0, 30, 100.0, 1.2, 0.1, 0)
    now = Situation(graph, 2, (segment,), StageTimes((rate,), frozenset(), 100.0), 5e3)
    offered = candidates(now, Limit.STORAGE, rate, settings, DiagnosisOptions(), 1e9)
    changes = [dict(each.changes) for each in offered.to_try if "workers" in each.title]
    assert {"pydataset.workers": 8, "pydataset.use_multiprocessing": False} in changes
    assert not any(each["pydataset.use_multiprocessing"] for each in changes)
