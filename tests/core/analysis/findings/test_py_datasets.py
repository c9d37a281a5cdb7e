"""Who makes the batches of a PyDataset: what is said of it, and when nothing is."""

from __future__ import annotations

import multiprocessing

import pytest

from core.analysis.findings import findings
from core.model.kinds import Value
from core.workloads.catalogue import workload

CHAIN = workload("pydataset").chain


def keys(cores: int | None = None, **changes: Value) -> list[str]:
    values = {f"pydataset.{name}": value for name, value in changes.items()}
    return [finding.key for finding in findings(CHAIN.defaults().with_values(values), cores=cores)]


def test_threads_share_the_lock_of_python() -> None:
    assert keys(workers=2) == ["py_dataset_threads", "py_dataset_no_autotune"]


@pytest.mark.parametrize(("method", "forks"), [("fork", True), ("spawn", False)])
def test_processes_are_copies_where_python_forks(
    monkeypatch: pytest.MonkeyPatch, method: str, forks: bool
) -> None:
    monkeypatch.setattr(multiprocessing, "get_start_method", lambda allow_none: method)
    found = keys(workers=2, use_multiprocessing=True)
    assert ("py_dataset_forks" in found) is forks
    assert "py_dataset_threads" not in found


def test_without_workers_other_cores_stand_idle() -> None:
    assert keys(cores=4) == ["py_dataset_alone"]
    assert keys(cores=1) == []
